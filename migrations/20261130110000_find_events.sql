-- Events are found by words: of their title and description, of the place and its town, and of
-- their host's names.

-- Folded like the keys of works, where apostrophes are nothing.
create function event_words(title text, description text, venue bigint, host bigint) returns tsvector
  language sql stable as $$
  select to_tsvector('dogear', folded(replace(translate(
    concat_ws(' ', title, description, v.name, v.city, u.display_name, u.handle), '''’‘ʼ`´', ''), '&', ' and ')))
  from venues v, users u where v.id = venue and u.id = host
$$;

alter table events add column words tsvector not null default ''::tsvector;

-- Kept in step by the database, whoever writes.
create function find_event() returns trigger language plpgsql as $$
begin
  new.words := coalesce(event_words(new.title, new.description, new.venue_id, new.host_id), '');
  return new;
end
$$;
create trigger events_words before insert or update of title, description, venue_id, host_id on events
  for each row execute function find_event();

create function find_events_at() returns trigger language plpgsql as $$
begin
  update events set words = event_words(title, description, venue_id, host_id) where venue_id = new.id;
  return null;
end
$$;
create trigger venues_words after update of name, city on venues
  for each row when (old.name is distinct from new.name or old.city is distinct from new.city)
  execute function find_events_at();

create function find_events_of() returns trigger language plpgsql as $$
begin
  update events set words = event_words(title, description, venue_id, host_id) where host_id = new.id;
  return null;
end
$$;
create trigger users_event_words after update of display_name, handle on users
  for each row when (old.display_name is distinct from new.display_name or old.handle is distinct from new.handle)
  execute function find_events_of();

update events set words = coalesce(event_words(title, description, venue_id, host_id), '');
create index events_words on events using gin (words) with (fastupdate = off);

-- Lists are in the order of their beginning.
create index event_occurrences_order on event_occurrences (starts_at, event_id) where state <> 'draft';
