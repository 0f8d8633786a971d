-- In a file of its own: reads and writes go on meanwhile.
set local statement_timeout = '10min';
alter table event_reminders validate constraint event_reminders_kind_known;
