-- Nobody has one yet: the index is empty, and is made while the table is read once.
set local statement_timeout = '10min';
create unique index seat_bookings_stall on seat_bookings (occurrence_id, stall)
  where stall is not null and state in ('held', 'confirmed');
alter table seat_bookings validate constraint seat_bookings_stall_short;
