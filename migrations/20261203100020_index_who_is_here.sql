-- Whoever waits and is there, in their order; and those to be told that their list has ended.
set local statement_timeout = '10min';
create index seat_waitlist_here on seat_waitlist (occurrence_id, rank, queued_at, id)
  where state = 'waiting' and here_at is not null;
create index seat_waitlist_ended on seat_waitlist (occurrence_id, id) where ended_at is not null;
