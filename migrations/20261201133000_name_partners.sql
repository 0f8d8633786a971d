-- With whom a host makes an event: names, each with a link or without. At most eight.
alter table events add column partners jsonb not null default '[]';
