-- Events in the calendars of readers.

-- How often what calendars show of a date has changed: of two entries they keep the one with the
-- larger number.
alter table event_occurrences add column ics_sequence int not null default 0;

-- Where a member's calendar program finds their seats.
create table calendar_feeds (
  user_id bigint primary key references users,
  -- What the address is made of, together with the key of the site: whoever reads this knows none.
  nonce bytea not null,
  created_at timestamptz not null,
  constraint calendar_feeds_nonce unique (nonce)
);

-- What the mail brings for a calendar: iCalendar.
alter table mails add column calendar text;
