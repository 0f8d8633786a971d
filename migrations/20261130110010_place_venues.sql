-- Where events are, for distances: their towns stand among those of readers, and are all that is
-- known of where a place lies.
alter table venues add column town_id int references towns on delete set null;
