-- PostgreSQL does not combine two bitmaps of indexes that share a condition: beside the index
-- over the texts of what is offered, those over places and towns were left unused, or it was.
-- What nobody offers has no places, and takes no room in them.
drop index work_search_places;
drop index work_search_towns;
create index work_search_places on work_search using gin (places);
create index work_search_towns on work_search using gin (towns);
