-- The words of events are kept in step by the database, whoever writes.
--
-- The place and the host are read without a lock. Whoever changes an event holds its row and would
-- wait for those of place and host here, while whoever changes these holds them and comes to the
-- row of the event: each would wait for the other. So an event that is entered at the very moment
-- in which its host changes their name is found by the old one until it is saved again.
create function find_event() returns trigger language plpgsql as $$
begin
  new.words := coalesce(event_words(new.title, new.description, new.venue_id, new.host_id), '');
  return new;
end
$$;
create trigger events_words before insert or update of title, description, venue_id, host_id on events
  for each row execute function find_event();
