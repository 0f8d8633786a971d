-- What moderators look at, and what is forgotten a month after its host has deleted it.
set local statement_timeout = '10min';
alter table events validate constraint events_review_known;
create index events_waiting on events (reviewed_at, id) where review in ('waiting', 'sent_back');
create index events_deleted on events (deleted_at, id) where deleted_at is not null;
