-- Where a new member wanted to go, a path of this site, and by which secret the browser that
-- registered is known again (SHA-256), when it confirms the address.
alter table auth_tokens
  add column next text,
  add column browser_sha256 bytea,
  add constraint auth_tokens_next_path check (next ~ '^/' and char_length(next) <= 2000) not valid;
