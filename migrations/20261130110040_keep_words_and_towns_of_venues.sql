-- Events are found by the name of their place and its town as they are by now. What was over long
-- before the earliest month that is shown stays as it was: nobody looks for it, and whoever saves
-- a place would wait for it. Rows are locked in the order of their numbers.
create function find_events_at() returns trigger language plpgsql as $$
declare
  listed bigint[] := array(
    select e.id from events e
    where e.venue_id = new.id and exists (select from event_occurrences o
      where o.event_id = e.id and o.ends_at > now() - interval '13 months')
    order by e.id for no key update of e);
begin
  update events set words = coalesce(event_words(title, description, venue_id, host_id), '')
  where id = any(listed);
  return null;
end
$$;
-- A place without a name is that of a member who is leaving, with whom all words go.
create trigger venues_words after update of name, city on venues
  for each row when (new.name <> '' and (old.name is distinct from new.name or old.city is distinct from new.city))
  execute function find_events_at();

create trigger venues_place_inserted before insert on venues
  for each row execute function place_reader();
create trigger venues_place_changed before update of city, country on venues
  for each row when (old.city is distinct from new.city or old.country is distinct from new.country)
  execute function place_reader();
