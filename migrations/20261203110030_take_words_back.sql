-- When whoever said it has taken it back, of what was reported: that stays for moderators alone. What was
-- not goes at once.
alter table event_feedback add column withdrawn_at timestamptz;
