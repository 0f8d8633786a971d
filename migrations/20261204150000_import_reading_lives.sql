-- What a file says of its reader's reading goes into their library: of every row, whether they own
-- the book or not.
alter table shelf_imports add column reading boolean not null default false;
-- Whether a row says something of it, and what came of that: for the page, and for the way back.
alter table shelf_import_rows add column has_reading boolean not null default false;
alter table shelf_import_rows add column recorded jsonb;
-- Its reviews are published; otherwise they are kept with the notes.
alter table shelf_imports add column reviews boolean not null default false;

-- What the export of a library says of a book besides: the reader's own review, also a hidden one, and
-- the names of their lists in which it is.
create function own_review(reader bigint, book bigint) returns reviews language sql stable parallel safe as $$
  select r from reviews r where r.user_id = reader and r.work_id = book and r.deleted_at is null
    and r.set_aside_at is null
$$;
create function own_lists(reader bigint, book bigint) returns text[] language sql stable parallel safe as $$
  select array(select l.name from lists l join list_items i on i.list_id = l.id
    where l.owner_id = reader and i.work_id = book and l.deleted_at is null order by l.id)
$$;
