-- In a file of its own: reads and writes go on meanwhile.
set local statement_timeout = '10min';
alter table event_books validate constraint event_books_outcome_known;
