-- Seats that cost something, which is paid in person. Amounts are in the smallest unit of their
-- currency.
alter table event_occurrences
  -- Of one seat; null when they are free.
  add column price int,
  -- ISO 4217.
  add column currency text,
  add constraint event_occurrences_price check (price between 1 and 1000000) not valid,
  add constraint event_occurrences_currency check ((price is null) = (currency is null)) not valid;

-- What was agreed when the seats were taken: a price that changes later changes none of it.
alter table seat_bookings
  add column price_each int,
  add column currency text,
  add column discount int not null default 0,
  add column amount_due int,
  -- When the host had the money, and who of the hosts noted it; null when that member has left.
  add column paid_at timestamptz,
  add column paid_by bigint references users,
  add constraint seat_bookings_agreed
    check (num_nonnulls(price_each, currency, amount_due) in (0, 3)) not valid,
  add constraint seat_bookings_amount
    check (amount_due = price_each * party_size - discount and discount >= 0 and amount_due >= 0) not valid,
  add constraint seat_bookings_paid check (paid_at is null or amount_due is not null) not valid;
