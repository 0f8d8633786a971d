-- What became of a book that was brought to a swap meet, as its guest says it; null until they do.
alter table event_books add column outcome text;
alter table event_books add constraint event_books_outcome_known
  check (outcome is null or outcome in ('gone', 'home')) not valid;

-- What is said of a swap meet when it is over. The books themselves are forgotten, and these sums stay.
create table event_leftovers (
  occurrence_id bigint not null references event_occurrences on delete cascade,
  -- Of books that are forgotten by now: so many found a new reader, so many came home.
  gone int not null default 0,
  home int not null default 0,
  -- So many stayed on the table, as those who host it say; null until they do.
  books int,
  -- What stayed, and where it goes, in their words; may be empty.
  words text not null default '',
  constraint event_leftovers_pkey primary key (occurrence_id),
  constraint event_leftovers_books check (books between 0 and 9999)
);
