-- The rows of before have neither.
set local statement_timeout = '10min';
alter table seat_bookings validate constraint seat_bookings_hold_minutes;
alter table seat_waitlist validate constraint seat_waitlist_rank;
