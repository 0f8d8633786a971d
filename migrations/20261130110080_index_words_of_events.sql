-- Not concurrently: the table is small, and processes that migrate at the same time would wait for
-- each other.
set local statement_timeout = '10min';
create index events_words on events using gin (words) with (fastupdate = off);
