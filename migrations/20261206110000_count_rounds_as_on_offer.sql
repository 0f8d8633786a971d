-- Whether readers can still ask for a book that is given away: as long as the round is open, and in a
-- queue also while somebody is offered it.
create function takes_asks(round give_rounds, at timestamptz) returns boolean
  language sql immutable parallel safe as $$
  select round.closes_at > at and (round.state = 'open' or round.state = 'offered' and round.mode = 'queue')
$$;

-- What can be had now, in one way or another: `offered_copies`, and copies that are given away in a
-- round, whatever else they are offered for.
create function askable_copies(at timestamptz) returns table (
    id bigint, edition_id bigint, work_id bigint, owner_id bigint, grade smallint, defects text[],
    note text, listed_at timestamptz, owner users, in_round boolean)
  language sql stable parallel safe as $$
  select l.id, l.edition_id, l.work_id, l.owner_id, l.grade, l.defects, l.note, l.listed_at, l.owner, l.held
  from listed_copies(at) l
  where not l.owner_away
    and (not l.held or exists (select from give_rounds g where g.copy_id = l.id and takes_asks(g, at)))
$$;
