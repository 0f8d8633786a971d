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

-- Adds or takes away all ratings of a reader, once each. Whoever rates holds the reader's row, so
-- that no rating falls between.
create function shift_ratings(reader bigint, by integer) returns void language plpgsql as $$
begin
  perform from reader_books where user_id = reader and rating is not null order by work_id for update;
  insert into work_ratings (work_id)
    select work_id from reader_books where user_id = reader and rating is not null order by work_id
    on conflict do nothing;
  perform from work_ratings where work_id in (
    select work_id from reader_books where user_id = reader and rating is not null) order by work_id for update;
  update work_ratings w set n = w.n + by, sum = w.sum + by * b.rating,
    buckets = w.buckets[:b.rating - 1] || (w.buckets[b.rating] + by) || w.buckets[b.rating + 1:]
  from reader_books b where b.user_id = reader and b.rating is not null and w.work_id = b.work_id;
end
$$;

-- Ratings of whoever is suspended do not count, from the moment of it to its end.
create function count_ratings_by_standing() returns trigger language plpgsql as $$
begin
  if (old.status in ('active', 'closing')) <> (new.status in ('active', 'closing')) then
    perform shift_ratings(new.id, case when new.status in ('active', 'closing') then 1 else -1 end);
  end if;
  return null;
end
$$;

create trigger users_count_ratings after update of status on users
  for each row when (old.status is distinct from new.status) execute function count_ratings_by_standing();

-- The sums of each book as they should be.
create view counted_ratings as
  select b.work_id, count(*)::integer as n, sum(b.rating)::integer as sum,
    array[
      count(*) filter (where b.rating = 1), count(*) filter (where b.rating = 2),
      count(*) filter (where b.rating = 3), count(*) filter (where b.rating = 4),
      count(*) filter (where b.rating = 5), count(*) filter (where b.rating = 6),
      count(*) filter (where b.rating = 7), count(*) filter (where b.rating = 8),
      count(*) filter (where b.rating = 9), count(*) filter (where b.rating = 10),
      count(*) filter (where b.rating = 11), count(*) filter (where b.rating = 12),
      count(*) filter (where b.rating = 13), count(*) filter (where b.rating = 14),
      count(*) filter (where b.rating = 15), count(*) filter (where b.rating = 16),
      count(*) filter (where b.rating = 17), count(*) filter (where b.rating = 18),
      count(*) filter (where b.rating = 19), count(*) filter (where b.rating = 20)
    ]::integer[] as buckets
  from reader_books b where b.rating is not null and ratings_count(b.user_id)
  group by b.work_id;

-- Books whose sums are not what they should be: none, on a sound site.
create view drifted_ratings as
  select coalesce(w.work_id, c.work_id) as work_id
  from (select * from work_ratings where n <> 0 or sum <> 0 or buckets <> array_fill(0, array[20])) w
  full join counted_ratings c on c.work_id = w.work_id
  where (w.n, w.sum, w.buckets) is distinct from (c.n, c.sum, c.buckets);

-- What two entries of a reader are together, when their books are one: the newer rating stands, both
-- notes as far as there is room, and what is kept from others stays so.
create function united(kept reader_books, dropped reader_books) returns reader_books
  language plpgsql immutable as $$
begin
  kept.wanted_at := least(kept.wanted_at, dropped.wanted_at);
  if dropped.rating is not null and (kept.rating is null or dropped.rated_at > kept.rated_at) then
    kept.rating := dropped.rating;
    kept.rated_at := dropped.rated_at;
  end if;
  if kept.private_note = '' then
    kept.private_note := dropped.private_note;
  elsif position(dropped.private_note in kept.private_note) = 0
    and char_length(kept.private_note) + char_length(dropped.private_note) <= 3998 then
    kept.private_note := kept.private_note || E'\n\n' || dropped.private_note;
  end if;
  kept.visibility := case when 'private' in (kept.visibility, dropped.visibility) then 'private'
    else coalesce(kept.visibility, dropped.visibility) end;
  kept.created_at := least(kept.created_at, dropped.created_at);
  return kept;
end
$$;

-- What readers had of a book that was merged into another, for the time in which that can be taken
-- back. Not in the record of the merge, which moderators read.
create table merged_entries (
  -- Gone while this is here.
  dropped_id bigint not null,
  user_id bigint not null references users(id),
  -- Their entry of the dropped book.
  entry jsonb not null,
  -- That of the kept one before, if there was one.
  kept jsonb,
  -- Numbers of the readings that moved.
  readings bigint[] not null default '{}',
  -- A reading that went on beside another and made way.
  removed jsonb,
  created_at timestamptz not null default now(),
  primary key (dropped_id, user_id)
);
create index merged_entries_user on merged_entries (user_id);
create index merged_entries_created on merged_entries (created_at);
