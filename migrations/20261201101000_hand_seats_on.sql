-- A guest offers their seats, or some of them, to another member, who takes them or does not. They
-- are the guest's until then.
create table seat_transfers (
  id bigint generated always as identity primary key,
  booking_id bigint not null references seat_bookings on delete cascade,
  recipient_id bigint not null references users,
  party_size int not null,
  state text not null default 'offered',
  created_at timestamptz not null,
  constraint seat_transfers_state_known check (state in ('offered', 'accepted', 'declined', 'withdrawn')),
  constraint seat_transfers_party check (party_size between 1 and 20)
);
create unique index seat_transfers_open on seat_transfers (booking_id) where state = 'offered';
create index seat_transfers_booking on seat_transfers (booking_id, created_at);
create index seat_transfers_recipient on seat_transfers (recipient_id, id desc);
