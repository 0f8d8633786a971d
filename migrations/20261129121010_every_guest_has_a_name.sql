-- Apart from the constraint, whose lock keeps readers out.
alter table seat_bookings validate constraint seat_bookings_guest;
