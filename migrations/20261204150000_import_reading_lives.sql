-- What a file says of its reader's reading goes into their library: of every row, whether they own
-- the book or not.
alter table shelf_imports add column reading boolean not null default false;
-- Whether a row says something of it, and what came of that: for the page, and for the way back.
alter table shelf_import_rows add column has_reading boolean not null default false;
alter table shelf_import_rows add column recorded jsonb;
