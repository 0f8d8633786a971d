-- Books that are given away or sold are few among those for trade. Only works of which there are
-- copies stand in it, so that it is made in a moment.
set local statement_timeout = '10min';
create index work_search_offers on work_search using gin (offers) where copies > 0;
