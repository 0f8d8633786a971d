set local statement_timeout = '10min';
create index venues_town on venues (town_id);
