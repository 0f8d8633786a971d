-- That a reader sends parcels to other countries. False until they say so.
alter table users add column posts_abroad boolean not null default false;

-- How far an owner's town lies from a reader's, as the crow flies; null when one of them is on no
-- map, and for oneself.
create function kilometres_from(reader bigint, owner users) returns real
  language sql stable parallel safe as $$
  select kilometres(here.latitude, here.longitude, there.latitude, there.longitude)
  from users me join towns here on here.id = me.town_id, towns there
  where me.id = reader and me.id <> owner.id and there.id = owner.town_id
$$;

-- Where an owner lives, for a reader, or for a visitor when that is null. The distance is for the
-- program, which tells nobody more than the circle in which it lies.
create function whereabouts(reader bigint, owner users) returns jsonb
  language sql stable parallel safe as $$
  select jsonb_build_object(
    'city', owner.city,
    'country', owner.country,
    'same_country', coalesce(owner.country <> ''
      and owner.country = (select me.country from users me where me.id = reader), false),
    'kilometres', kilometres_from(reader, owner),
    'posts_abroad', owner.posts_abroad)
$$;
