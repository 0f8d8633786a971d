-- Whoever waits for an event that is cancelled is told so: that is not the end of any other wait.
alter table seat_waitlist drop constraint seat_waitlist_state_known;
alter table seat_waitlist add constraint seat_waitlist_state_known
  check (state in ('waiting', 'offered', 'converted', 'declined', 'expired', 'left', 'closed', 'cancelled')) not valid;
alter table seat_waitlist validate constraint seat_waitlist_state_known;
