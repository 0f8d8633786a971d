-- Events are found by the names of their host as they are by now, as far back as by those of their
-- place. Of a member who has left no word stays, however long ago it was.
create function find_events_of() returns trigger language plpgsql as $$
declare
  listed bigint[];
begin
  if new.status = 'deleted' then
    update events set words = '' where host_id = new.id and words <> '';
    return null;
  end if;
  listed := array(
    select e.id from events e
    where e.host_id = new.id and exists (select from event_occurrences o
      where o.event_id = e.id and o.ends_at > now() - interval '13 months')
    order by e.id for no key update of e);
  update events set words = coalesce(event_words(title, description, venue_id, host_id), '')
  where id = any(listed);
  return null;
end
$$;
create trigger users_event_words after update of display_name, handle on users
  for each row when (old.display_name is distinct from new.display_name or old.handle is distinct from new.handle)
  execute function find_events_of();
