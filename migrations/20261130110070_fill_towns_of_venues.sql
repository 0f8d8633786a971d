set local statement_timeout = '10min';
insert into towns (country, key) select distinct country, folded(city) from venues where folded(city) <> ''
  on conflict on constraint towns_key do nothing;
update venues v set town_id = t.id from towns t
where v.town_id is null and t.country = v.country and t.key = folded(v.city);
