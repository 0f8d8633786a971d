-- Where a guest of a swap meet has their table: theirs while the seats are.
alter table seat_bookings add column stall text;
alter table seat_bookings add constraint seat_bookings_stall_short
  check (stall is null or char_length(stall) between 1 and 8) not valid;
