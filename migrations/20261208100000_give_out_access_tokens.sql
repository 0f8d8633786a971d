-- Access tokens, by which a program acts in the name of a member. Of the token itself only the
-- SHA-256 is here, and its last four characters, by which its member tells it from others. A token
-- works for as long as its member's account has the version under which it was made: a new password
-- ends tokens, as it ends sessions.
create table access_tokens (
  id uuid primary key,
  user_id bigint not null references users (id),
  auth_version integer not null,
  name text not null,
  token_hash bytea not null,
  hint text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  constraint access_tokens_hash unique (token_hash),
  constraint access_tokens_hash_length check (octet_length(token_hash) = 32),
  constraint access_tokens_name check (char_length(name) between 1 and 80),
  constraint access_tokens_scopes check (
    cardinality(scopes) > 0
    and scopes <@ array['read', 'shelf', 'trade', 'orders', 'events', 'notify', 'desk']
  ),
  constraint access_tokens_end check (expires_at > created_at)
);

create index access_tokens_of_user on access_tokens (user_id, created_at desc);
