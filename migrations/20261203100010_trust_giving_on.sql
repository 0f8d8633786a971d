-- The rows of before have none.
set local statement_timeout = '10min';
alter table event_occurrences validate constraint event_occurrences_give_on;
