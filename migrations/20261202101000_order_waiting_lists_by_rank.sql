-- As seat_waitlist_queue, _fewer and _order, which the release before reads: these follow the rank.
set local statement_timeout = '10min';
create index seat_waitlist_ranked_queue on seat_waitlist (occurrence_id, party_size, rank, queued_at, id)
  where state = 'waiting';
create index seat_waitlist_ranked_fewer on seat_waitlist (occurrence_id, rank, queued_at, id)
  where state = 'waiting' and accepts_fewer;
create index seat_waitlist_ranked_order on seat_waitlist (occurrence_id, rank, queued_at, id)
  where state = 'waiting';
