-- Evenings at which readers meet: where, what, when, and who has a seat.
create table venues (
  id bigint generated always as identity primary key,
  -- Who entered it, and alone uses and changes it.
  owner_id bigint not null references users,
  name text not null,
  address text not null,
  city text not null,
  -- ISO 3166-1 alpha-2; empty when its owner did not say.
  country text not null,
  -- An IANA name: events there begin by this clock.
  time_zone text not null,
  -- What guests can count on.
  access text[] not null default '{}',
  -- What else to know about getting there and in; may be empty.
  directions text not null default '',
  created_at timestamptz not null default now(),
  constraint venues_access_known check (access <@ array['step_free', 'hearing_loop', 'quiet_space', 'children'])
);
create index venues_owner on venues (owner_id, id);

create table events (
  id bigint generated always as identity primary key,
  host_id bigint not null references users,
  venue_id bigint not null references venues,
  kind text not null,
  visibility text not null,
  title text not null,
  slug text not null,
  description text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint events_kind_known check (kind in ('swap_meet', 'reading', 'book_fair', 'book_club', 'drop_in')),
  constraint events_visibility_known check (visibility in ('public', 'members'))
);
create index events_host on events (host_id, id);
create index events_venue on events (venue_id);

-- One date of an event: what has seats.
create table event_occurrences (
  id bigint generated always as identity primary key,
  event_id bigint not null references events,
  state text not null default 'draft',
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- That of the venue when the date was set.
  time_zone text not null,
  -- Null: as many as come.
  capacity int,
  max_party int not null,
  -- Whether a party that fits goes before one that has waited longer and does not.
  smaller_pass boolean not null default true,
  -- The seats of live bookings, changed only with them and under this row's lock.
  seats_taken int not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint event_occurrences_state_known check (state in ('draft', 'published', 'cancelled')),
  constraint event_occurrences_in_order check (ends_at > starts_at),
  constraint event_occurrences_capacity check (capacity between 1 and 10000),
  constraint event_occurrences_max_party check (max_party between 1 and 20),
  constraint event_occurrences_not_overbooked
    check (seats_taken >= 0 and (capacity is null or seats_taken <= capacity)),
  constraint event_occurrences_once unique (event_id, starts_at)
);
create index event_occurrences_coming on event_occurrences (ends_at, id) where state <> 'draft';

create table seat_bookings (
  id bigint generated always as identity primary key,
  occurrence_id bigint not null references event_occurrences,
  user_id bigint not null references users,
  party_size int not null,
  state text not null,
  -- Until when an offered seat is kept.
  hold_expires_at timestamptz,
  -- Who gave the seats back: the guest or the host.
  cancelled_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint seat_bookings_state_known check (state in ('held', 'confirmed', 'cancelled', 'expired')),
  constraint seat_bookings_party check (party_size between 1 and 20),
  constraint seat_bookings_hold check ((state = 'held') = (hold_expires_at is not null)),
  constraint seat_bookings_cancelled check ((state = 'cancelled') = (cancelled_by is not null)),
  constraint seat_bookings_cancelled_by_known check (cancelled_by in ('guest', 'host'))
);
create unique index seat_bookings_live on seat_bookings (occurrence_id, user_id) where state in ('held', 'confirmed');
create index seat_bookings_occurrence on seat_bookings (occurrence_id, id);
create index seat_bookings_user on seat_bookings (user_id, id desc);
create index seat_bookings_hold on seat_bookings (hold_expires_at, occurrence_id) where state = 'held';
create index seat_bookings_hold_of on seat_bookings (occurrence_id, hold_expires_at) where state = 'held';

create table seat_waitlist (
  id bigint generated always as identity primary key,
  occurrence_id bigint not null references event_occurrences,
  user_id bigint not null references users,
  party_size int not null,
  -- Fewer seats than that are welcome too.
  accepts_fewer boolean not null,
  -- Seats that come free are theirs at once, without a question.
  auto_confirm boolean not null,
  state text not null default 'waiting',
  -- What is offered to them.
  booking_id bigint references seat_bookings,
  -- Offers that they have let pass.
  missed smallint not null default 0,
  -- Their place in the queue.
  queued_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint seat_waitlist_state_known check (state in ('waiting', 'offered', 'converted', 'declined', 'expired', 'left', 'closed')),
  constraint seat_waitlist_party check (party_size between 1 and 20),
  constraint seat_waitlist_offer check ((state = 'offered') <= (booking_id is not null))
);
create unique index seat_waitlist_live on seat_waitlist (occurrence_id, user_id) where state in ('waiting', 'offered');
-- The first of each size is found without reading those before it.
create index seat_waitlist_queue on seat_waitlist (occurrence_id, party_size, queued_at, id) where state = 'waiting';
create index seat_waitlist_fewer on seat_waitlist (occurrence_id, queued_at, id) where state = 'waiting' and accepts_fewer;
create index seat_waitlist_order on seat_waitlist (occurrence_id, queued_at, id) where state = 'waiting';
create index seat_waitlist_user on seat_waitlist (user_id, id desc);
create index seat_waitlist_booking on seat_waitlist (booking_id) where booking_id is not null;
