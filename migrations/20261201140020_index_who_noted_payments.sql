-- Whoever leaves is forgotten as the one who noted a payment.
set local statement_timeout = '10min';
create index seat_bookings_paid_by on seat_bookings (paid_by) where paid_by is not null;
