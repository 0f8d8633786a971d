alter table event_occurrences
  validate constraint event_occurrences_opens,
  validate constraint event_occurrences_closes,
  validate constraint event_occurrences_cancel;
