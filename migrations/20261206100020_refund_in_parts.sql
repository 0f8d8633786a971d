-- What was paid online can go back in parts, each with its number. An older program knows of the first
-- alone, and its `on conflict` names the same constraint.
alter table refunds add column number smallint not null default 1;
create unique index refunds_attempt_number on refunds (attempt_id, number);
alter table refunds drop constraint refunds_attempt;
alter table refunds add constraint refunds_attempt unique using index refunds_attempt_number;
