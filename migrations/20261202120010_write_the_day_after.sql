-- Guests are written to on the day after an event, too.
alter table event_reminders drop constraint event_reminders_kind_known;
alter table event_reminders add constraint event_reminders_kind_known
  check (kind in ('days', 'morning', 'hours', 'after')) not valid;
