-- A giver whose receiver never confirms the books can report that, too.
alter table trade_disputes drop constraint trade_disputes_reason_known;
alter table trade_disputes add constraint trade_disputes_reason_known check (reason in (
  'never_arrived', 'wrong_book', 'not_as_described', 'damaged_in_post', 'no_answer'));

-- Books given in person are to be confirmed in a week, those of running trades included.
update trade_legs set receive_due = sent_at + interval '7 days'
where state = 'handed_over' and receive_due is null;
