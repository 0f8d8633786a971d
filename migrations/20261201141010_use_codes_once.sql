-- Once per person; a booking that ended does not count.
set local statement_timeout = '10min';
create unique index seat_bookings_code_once on seat_bookings (promo_code_id, user_id)
  where promo_code_id is not null and state in ('held', 'confirmed');
-- For codes that go with their event.
create index seat_bookings_code on seat_bookings (promo_code_id) where promo_code_id is not null;
alter table seat_bookings validate constraint seat_bookings_promo_code;
