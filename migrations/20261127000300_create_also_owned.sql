-- Readers who own one work also own the other: the best few for each work, made anew by a
-- schedule from what stands on public shelves, and never from fewer than three readers.
create table also_owned (
  work_id bigint not null references works on delete cascade,
  other_id bigint not null references works on delete cascade,
  -- Who own both.
  readers int not null,
  score real not null,
  primary key (work_id, other_id),
  constraint also_owned_another check (work_id <> other_id),
  constraint also_owned_support check (readers >= 3)
);
create index also_owned_other on also_owned (other_id);

-- What else there is in a language, and in a genre of it, whether somebody offers it or not.
create index works_language_genre on works (language, genre, id);
