-- While missed events do not count, nobody is behind: ranks are nought, and who had one keeps that here.
alter table seat_waitlist add column was_behind boolean not null default false;
