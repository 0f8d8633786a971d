-- An edition's own subtitle when it differs from its work's, as `title` beside it. Empty in rows
-- that are there: what they had was not kept. Snapshots of merges take the default as well.
alter table editions add column subtitle text not null default '';

-- What an edition keeps of a text beside its work's: nothing when they are the same.
create function own_text(edition text, work text) returns text
  language sql immutable parallel safe as $$
  select case when edition = work then '' else edition end
$$;

-- Title with subtitle in the form by which works are told apart (`domain/src/identity.rs`); empty
-- in rows that an older program has staged, whose folded title counts then. That program's own
-- import breaks off on these tables, and goes on with this one.
alter table staged_works add column wording text not null default '';
alter table staged_editions add column subtitle text not null default '';
