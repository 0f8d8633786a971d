-- Where a member's parcels go, sealed, when they asked to have it kept for their next trades.
create table kept_addresses (
  user_id bigint primary key references users,
  sealed bytea not null,
  kept_at timestamptz not null
);
