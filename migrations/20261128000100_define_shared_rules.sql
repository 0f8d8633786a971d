-- Rules that several features ask for, each said once. They take the moment they are asked
-- about, since the site's clock is the program's and not the database's. All of them are
-- plain expressions or queries, which the planner puts in place of the call: an index serves
-- them as if they were written out. Only functions are created here; nothing is locked.

-- A suspension whose term has passed counts for nothing, also before its row says so.
create function suspension_lapsed(member users, at timestamptz) returns boolean
  language sql immutable parallel safe as $$
  select member.status = 'suspended' and member.suspended_until is not null and member.suspended_until <= at
$$;

-- The status that counts.
create function standing(member users, at timestamptz) returns text
  language sql immutable parallel safe as $$
  select case when suspension_lapsed(member, at) then 'active' else member.status end
$$;

-- As `standing(member, at) = 'active'`, in a form whose share of the members can be estimated.
create function in_good_standing(member users, at timestamptz) returns boolean
  language sql immutable parallel safe as $$
  select member.status = 'active' or suspension_lapsed(member, at)
$$;

-- On holiday: nothing is offered meanwhile, and proposals wait.
create function is_away(member users, at timestamptz) returns boolean
  language sql immutable parallel safe as $$
  select member.away_until is not null and member.away_until > at
$$;

-- With whom a member has a block, whoever of the two set it. Nobody for nobody.
create function blocked_with(member bigint) returns table (user_id bigint)
  language sql stable parallel safe as $$
  select blocked_id from blocks where blocker_id = member
  union all
  select blocker_id from blocks where blocked_id = member
$$;

-- Whether there is a block between two members. For many at once, `blocked_with` is faster.
create function blocked(a bigint, b bigint) returns boolean
  language sql stable parallel safe as $$
  select exists (select from blocked_with(a) other where other.user_id = b)
$$;

-- An edition's own title, or its work's.
create function shown_title(edition text, work text) returns text
  language sql immutable parallel safe as $$
  select coalesce(nullif(edition, ''), work)
$$;

-- Listed by its owner and not taken off by a moderator. Says nothing about the owner.
create function is_listed(copy copies) returns boolean
  language sql immutable parallel safe as $$
  select copy.state = 'listed' and copy.hidden_at is null
$$;

-- What readers see listed: by members in good standing. Some of it cannot be asked for just
-- now: the owner is away, or the copy is held for a trade.
create function listed_copies(at timestamptz) returns table (
    id bigint, edition_id bigint, work_id bigint, owner_id bigint, grade smallint, defects text[],
    note text, listed_at timestamptz, owner users, owner_away boolean, held boolean)
  language sql stable parallel safe as $$
  select c.id, c.edition_id, c.work_id, c.owner_id, c.grade, c.defects, c.note, c.listed_at,
    u, is_away(u, at), exists (select from copy_holds h where h.copy_id = c.id)
  from copies c join users u on u.id = c.owner_id
  where is_listed(c) and in_good_standing(u, at)
$$;

-- What can be asked for now.
create function offered_copies(at timestamptz) returns table (
    id bigint, edition_id bigint, work_id bigint, owner_id bigint, grade smallint, defects text[],
    note text, listed_at timestamptz, owner users)
  language sql stable parallel safe as $$
  select l.id, l.edition_id, l.work_id, l.owner_id, l.grade, l.defects, l.note, l.listed_at, l.owner
  from listed_copies(at) l
  where not l.owner_away and not exists (select from copy_holds h where h.copy_id = l.id)
$$;

create or replace function freeze_copy(wanted bigint) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'work', w.id, 'slug', w.slug, 'edition', e.id,
    'title', shown_title(e.title, w.title), 'author', w.author_line,
    'isbn', e.isbn13, 'format', e.format, 'publisher', e.publisher, 'year', e.year,
    'grade', c.grade, 'defects', c.defects, 'note', c.note,
    'photos', (select coalesce(jsonb_agg(jsonb_build_object('key', p.key, 'width', p.width, 'height', p.height)
                 order by p.position, p.id), '[]') from copy_photos p where p.copy_id = c.id))
  from copies c join editions e on e.id = c.edition_id join works w on w.id = c.work_id
  where c.id = wanted
$$;
