set local statement_timeout = '10min';
update events set words = coalesce(event_words(title, description, venue_id, host_id), '') where words = '';
