-- Apart from the constraints, whose locks keep readers out.
alter table event_occurrences validate constraint event_occurrences_price;
alter table event_occurrences validate constraint event_occurrences_currency;
alter table seat_bookings validate constraint seat_bookings_agreed;
alter table seat_bookings validate constraint seat_bookings_amount;
alter table seat_bookings validate constraint seat_bookings_paid;
