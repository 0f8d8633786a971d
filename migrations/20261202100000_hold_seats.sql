-- Seats that a reader holds while they fill in the form.
alter table seat_bookings
  -- For so many minutes they were held; null of all others, also once they are confirmed. What is
  -- held without it is offered to somebody who waited.
  add column hold_minutes smallint,
  -- The reader has asked for more time.
  add column hold_extended boolean not null default false,
  add constraint seat_bookings_hold_minutes check (hold_minutes between 5 and 30) not valid;

-- Who missed three events goes behind others on waiting lists.
alter table seat_waitlist
  -- 0; 1 of those before whom others go.
  add column rank smallint not null default 0,
  add constraint seat_waitlist_rank check (rank in (0, 1)) not valid;
