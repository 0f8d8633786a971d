-- The door of an event: who has come, guests whom the host has added, and who did not come.
alter table seat_bookings
  -- Null for a guest whom the host has added: they have a name instead.
  alter column user_id drop not null,
  add column guest_name text,
  -- They had seats and were not let in, where others were.
  add column no_show_at timestamptz,
  add constraint seat_bookings_guest check (num_nonnulls(user_id, guest_name) = 1) not valid;

-- A party that comes, or a part of one.
create table checkins (
  id bigint generated always as identity primary key,
  booking_id bigint not null references seat_bookings on delete cascade,
  occurrence_id bigint not null references event_occurrences on delete cascade,
  -- Which part of the party, from 1.
  seq int not null,
  party int not null,
  at timestamptz not null,
  -- Who let them in; null when that member has left.
  by_user bigint references users,
  undone_at timestamptz,
  constraint checkins_once unique (booking_id, seq),
  constraint checkins_party check (party between 1 and 20)
);
create index checkins_occurrence on checkins (occurrence_id, id);
create index checkins_by on checkins (by_user) where by_user is not null;
