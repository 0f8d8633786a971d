-- Lists are in the order of their beginning.
set local statement_timeout = '10min';
create index event_occurrences_order on event_occurrences (starts_at, event_id) where state <> 'draft';
