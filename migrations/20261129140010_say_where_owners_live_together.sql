-- Where an owner lives, for a reader, or for a visitor when that is null; always one row. The
-- distance is null when one of them is on no map, and for oneself; it is for the program, which
-- tells nobody more than the circle in which it lies.
--
-- In a list: cross join lateral seen_by(reader, owner). It becomes part of the statement there,
-- where a function that gives a value is started anew for each row.
create function seen_by(reader bigint, owner users)
  returns table (seen jsonb, kilometres real, same_country boolean)
  language sql stable parallel safe as $$
  select jsonb_build_object('city', owner.city, 'country', owner.country,
      'same_country', near.same_country, 'kilometres', near.kilometres, 'posts_abroad', owner.posts_abroad),
    near.kilometres, near.same_country
  from (select kilometres(here.latitude, here.longitude, there.latitude, there.longitude) as kilometres,
      coalesce(owner.country <> '' and owner.country = me.country, false) as same_country
    from (select) one
    left join users me on me.id = reader
    left join towns here on here.id = me.town_id and me.id <> owner.id
    left join towns there on there.id = owner.town_id) near
$$;

-- Asked by the release before; the next one drops both.
create or replace function whereabouts(reader bigint, owner users) returns jsonb
  language sql stable parallel safe as $$
  select seen from seen_by(reader, owner)
$$;
create or replace function kilometres_from(reader bigint, owner users) returns real
  language sql stable parallel safe as $$
  select kilometres from seen_by(reader, owner)
$$;

-- The owner of the copy of a work that was listed at this time, the newest of several.
create function listed_last(work bigint, at timestamptz) returns table (owner_id bigint)
  language sql stable parallel safe as $$
  select c.owner_id from copies c
  where c.work_id = work and c.listed_at = at and is_listed(c) order by c.id desc limit 1
$$;
