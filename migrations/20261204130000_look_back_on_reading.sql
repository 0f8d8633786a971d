-- How many pages a reading had: as its reader said, else those of the edition that was read, else
-- of the edition of the book that is neither long nor short. None when nobody has counted them.
create function pages_of(reading readings) returns integer
  language sql stable parallel safe as $$
    select coalesce(
      case reading.unit when 'page' then reading.total end,
      (select e.pages from editions e where e.id = reading.edition_id),
      (select percentile_disc(0.5) within group (order by e.pages)
       from editions e where e.work_id = reading.work_id and e.pages is not null))
$$;
