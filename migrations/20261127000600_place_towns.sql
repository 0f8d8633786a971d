-- Where readers live, for distances: one row per town that a reader has named.
create table towns (
  id int generated always as identity primary key,
  -- ISO 3166-1 alpha-2; empty when readers did not say.
  country text not null,
  -- The folded name.
  key text not null,
  -- Degrees; null when no such town is known, or nobody has looked yet.
  latitude real,
  longitude real,
  looked_up boolean not null default false,
  constraint towns_key unique (country, key),
  constraint towns_whole check ((latitude is null) = (longitude is null)),
  constraint towns_on_earth check (latitude between -90 and 90 and longitude between -180 and 180)
);
create index towns_open on towns (id) where not looked_up;
create index towns_name on towns (key);

alter table users add column town_id int references towns;
create index users_town on users (town_id);

-- Keeps the town in step with what the reader wrote, whoever writes it.
create function place_reader() returns trigger language plpgsql as $$
declare
  name text := folded(new.city);
begin
  if name = '' then
    new.town_id := null;
    return new;
  end if;
  -- Written even when it is there: locked, it is not dropped as empty meanwhile.
  insert into towns (country, key) values (new.country, name)
    on conflict on constraint towns_key do update set key = excluded.key
    returning id into new.town_id;
  return new;
end
$$;
create trigger users_place_inserted before insert on users
  for each row execute function place_reader();
create trigger users_place_changed before update of city, country on users
  for each row when (old.city is distinct from new.city or old.country is distinct from new.country)
  execute function place_reader();
insert into towns (country, key) select distinct country, folded(city) from users where folded(city) <> '';
update users set town_id = t.id from towns t where t.country = users.country and t.key = folded(users.city);

-- Great-circle distance in kilometres (haversine, mean radius of the Earth 6,371 km).
create function kilometres(latitude_a real, longitude_a real, latitude_b real, longitude_b real) returns real
language sql immutable strict parallel safe as $$
  select (12742 * asin(least(1, sqrt(
    sin(radians(latitude_b - latitude_a) / 2) ^ 2
      + cos(radians(latitude_a)) * cos(radians(latitude_b)) * sin(radians(longitude_b - longitude_a) / 2) ^ 2))))::real
$$;

alter table work_search
  -- Towns of the owners of copies that can be asked for now.
  add column towns int[] not null default '{}',
  -- Readers who have asked for a copy in a trade.
  add column wanted int not null default 0;
create index work_search_towns on work_search using gin (towns) where copies > 0;
create index work_search_wanted on work_search (wanted desc, work_id desc) where copies > 0;
create index work_search_year on work_search (first_year) where copies > 0;
-- Who has asked for, or has had, copies of a work.
create index copies_work on copies (work_id);
