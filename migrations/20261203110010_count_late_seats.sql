-- So many of the seats of a booking were given back late while the rest stayed. Of a booking that was
-- given back late as a whole, is_late says so, and party_size how many.
alter table seat_bookings add column late_seats int not null default 0;
