-- News of the site that an admin writes to many members: to everybody, or to some. A job tells them,
-- some at a time, in the order of their numbers, so that `told_up_to` says where it goes on.
create table broadcasts (
  id bigint generated always as identity primary key,
  author_id bigint not null references users (id),
  title text not null,
  body text not null,
  audience text not null,
  -- Of a country its code, of a town its name; otherwise empty.
  place text not null,
  send_at timestamptz not null,
  state text not null default 'scheduled',
  -- So many it would have reached when it was written.
  expected integer not null,
  told integer not null default 0,
  told_up_to bigint not null default 0,
  created_at timestamptz not null,
  ended_at timestamptz,
  constraint broadcasts_title check (char_length(title) between 1 and 100),
  constraint broadcasts_body check (char_length(body) between 1 and 1000),
  constraint broadcasts_audience_known
    check (audience in ('everyone', 'hosts', 'moderators', 'country', 'town')),
  constraint broadcasts_place check ((place <> '') = (audience in ('country', 'town'))),
  constraint broadcasts_state_known check (state in ('scheduled', 'sending', 'sent', 'cancelled')),
  constraint broadcasts_ended check ((ended_at is not null) = (state in ('sent', 'cancelled')))
);

-- Whether a member hears what this author writes to these: nobody who is suspended, leaves, or has a
-- block with the author.
create function hears(member users, author bigint, audience text, place text, at timestamptz)
  returns boolean language sql stable as $$
  select member.email_verified_at is not null and in_good_standing(member, at)
    and not blocked(author, member.id)
    and case audience
      when 'everyone' then true
      when 'hosts' then exists (
        select from events e join event_occurrences o on o.event_id = e.id
        where e.host_id = member.id and e.deleted_at is null and o.state = 'published')
      when 'moderators' then member.role in ('moderator', 'admin')
      when 'country' then member.country = place
      when 'town' then folded(member.city) = folded(place)
      else false
    end
$$;
