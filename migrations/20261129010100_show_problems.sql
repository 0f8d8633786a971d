-- Photos that show what is wrong with the books: of the reported problem, as `freeze_copy` keeps
-- those of a copy, with the bytes of both files. Their objects are named by `key`.
alter table trade_disputes add column photos jsonb not null default '[]';
create index trade_disputes_photos on trade_disputes using gin (photos jsonb_path_ops);
