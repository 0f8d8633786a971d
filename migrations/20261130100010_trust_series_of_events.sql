alter table events validate constraint events_in_series;
