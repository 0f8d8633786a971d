-- When it was sent that somebody was let in, if a device had noted it before; null of all others.
alter table checkins add column sent_at timestamptz;
