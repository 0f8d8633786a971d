-- Handles of registrations that came to nothing because the address has an account
-- already. They stay taken for as long as an unconfirmed account would keep them, so
-- that trying the handle again does not tell whether the address is known.
create table reserved_handles (
  handle_key text primary key,
  until timestamptz not null
);
create index reserved_handles_until on reserved_handles (until);
create index users_unconfirmed on users (created_at) where email_verified_at is null;
