-- Where events are, for distances: their towns stand among those of readers, and are all that is
-- known of where a place lies.
alter table venues add column town_id int references towns on delete set null;
create index venues_town on venues (town_id);

create trigger venues_place_inserted before insert on venues
  for each row execute function place_reader();
create trigger venues_place_changed before update of city, country on venues
  for each row when (old.city is distinct from new.city or old.country is distinct from new.country)
  execute function place_reader();

insert into towns (country, key) select distinct country, folded(city) from venues where folded(city) <> ''
  on conflict on constraint towns_key do nothing;
update venues v set town_id = t.id from towns t where t.country = v.country and t.key = folded(v.city);
