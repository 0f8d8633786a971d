-- Events for whoever has their address, events for those who are invited, and where they are online.
alter table events drop constraint events_visibility_known;
alter table events add constraint events_visibility_known
  check (visibility in ('public', 'members', 'unlisted', 'invited')) not valid;
alter table events validate constraint events_visibility_known;
alter table events
  -- What the link of an invitation is made of, together with the key of the site: whoever reads
  -- this knows none. Null: there is none.
  add column invitation_nonce bytea,
  -- Where it takes place online, for guests alone; may be empty.
  add column online_link text not null default '';
create unique index events_invitation on events (invitation_nonce) where invitation_nonce is not null;

-- Who has opened the link of an invitation, and sees the event from then on.
create table event_invitations (
  event_id bigint not null references events on delete cascade,
  -- One who joins by an invitation may never confirm.
  user_id bigint not null references users on delete cascade,
  opened_at timestamptz not null,
  constraint event_invitations_pkey primary key (event_id, user_id)
);
create index event_invitations_user on event_invitations (user_id);

-- Whether an event is for this reader to see, as far as its host has chosen; a visitor is null.
create function is_shown_to(event events, reader bigint) returns boolean
  language sql stable parallel safe as $$
  select case event.visibility
    when 'public' then true
    when 'unlisted' then true
    when 'members' then reader is not null
    -- Whoever is invited to one date of a series is invited to all.
    else exists (select from event_invitations i join events invited on invited.id = i.event_id
        where i.user_id = reader and (invited.id = event.id or invited.series_id = event.series_id))
      or exists (select from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
        where o.event_id = event.id and b.user_id = reader and b.state in ('held', 'confirmed'))
      or exists (select from event_occurrences o join seat_waitlist w on w.occurrence_id = o.id
        where o.event_id = event.id and w.user_id = reader and w.state in ('waiting', 'offered'))
  end
$$;
