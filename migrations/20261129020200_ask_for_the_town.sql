-- When a reader has put off saying in which town they live: they are not asked again.
alter table users add column town_put_off_at timestamptz;
