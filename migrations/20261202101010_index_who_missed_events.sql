-- Whoever joins a waiting list is looked up here.
set local statement_timeout = '10min';
create index seat_bookings_missed on seat_bookings (user_id, no_show_at desc) where no_show_at is not null;
