-- Most questions ask only for what can be had now, a tenth of a big catalogue: texts of those
-- have an index of their own. Otherwise every common word brings up the whole catalogue first.
create index work_search_doc_offered on work_search using gin (doc) with (fastupdate = off) where copies > 0;
