-- Whoever has left gets a handle and an address that no form can hold: nobody registers them
-- first, and the next one who leaves is not stopped by that. Members who have left are few; their
-- rows are changed by nobody else.
update users set handle = 'former:' || id, handle_key = 'former:' || id,
  email = 'former:' || id, email_key = 'former:' || id
where status = 'deleted';

-- What a handle that is kept for nobody is remembered by, when its owner has left. A colon, so
-- that it is no handle.
create function hashed_handle(key text) returns text language sql immutable parallel safe as $$
  select 'sha256:' || encode(sha256(convert_to(key, 'UTF8')), 'hex')
$$;
