-- When seats can be taken: from so many days before the start on, until so many hours before it. And
-- until when guests give them back in time; whoever does so later has done it late. Without a
-- number, from when it is published, until it begins, and at any time.
alter table event_occurrences
  add column opens_days int,
  add column closes_hours int,
  add column cancel_hours int,
  add constraint event_occurrences_opens check (opens_days between 1 and 365) not valid,
  add constraint event_occurrences_closes check (closes_hours between 1 and 336) not valid,
  add constraint event_occurrences_cancel check (cancel_hours between 1 and 336) not valid;

alter table seat_bookings add column is_late boolean not null default false;
