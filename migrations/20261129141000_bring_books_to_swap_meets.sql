-- The books that guests bring to a swap meet, and who would like which of them.
create table event_books (
  occurrence_id bigint not null references event_occurrences,
  copy_id bigint not null references copies on delete cascade,
  -- Who brings it: its owner when they said so.
  user_id bigint not null references users,
  added_at timestamptz not null,
  constraint event_books_pkey primary key (occurrence_id, copy_id)
);
create index event_books_user on event_books (user_id, occurrence_id);
create index event_books_copy on event_books (copy_id);

create table event_book_wishes (
  occurrence_id bigint not null,
  copy_id bigint not null,
  -- Who would like it.
  user_id bigint not null references users,
  created_at timestamptz not null,
  constraint event_book_wishes_pkey primary key (occurrence_id, copy_id, user_id),
  constraint event_book_wishes_book foreign key (occurrence_id, copy_id) references event_books on delete cascade
);
create index event_book_wishes_user on event_book_wishes (user_id, occurrence_id);

-- Whoever takes part in an evening: its host, and the members who have seats.
create function participants(occurrence bigint) returns table (user_id bigint)
  language sql stable parallel safe as $$
  select b.user_id from seat_bookings b
  where b.occurrence_id = occurrence and b.state = 'confirmed' and b.user_id is not null
  union
  select e.host_id from event_occurrences o join events e on e.id = o.event_id where o.id = occurrence
$$;

-- The books that can be had at an evening: of those who take part, still theirs, shown to others,
-- and promised to nobody.
create function brought_books(occurrence bigint, at timestamptz)
  returns table (copy_id bigint, work_id bigint, edition_id bigint, grade smallint, owner users)
  language sql stable parallel safe as $$
  select c.id, c.work_id, c.edition_id, c.grade, u
  from event_books b
  join copies c on c.id = b.copy_id and c.owner_id = b.user_id
  join users u on u.id = b.user_id
  where b.occurrence_id = occurrence and b.user_id in (select p.user_id from participants(occurrence) p)
    and c.state in ('owned', 'listed') and c.hidden_at is null and in_good_standing(u, at)
    and not exists (select from copy_holds h where h.copy_id = c.id)
$$;
