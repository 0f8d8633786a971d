-- An author's name in their own script, beside the one in Latin letters; empty where nobody has
-- given it. Works are found by both.
alter table authors add column own_name text not null default '';

-- An import of the program before this one breaks off on this table, and goes on with this one.
alter table staged_authors add column own_name text not null default '';
