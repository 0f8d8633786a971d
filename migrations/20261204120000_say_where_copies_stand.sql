-- Where its owner keeps a copy: theirs alone to read.
alter table copies add column place text not null default '';
alter table copies add constraint copies_place_short check (char_length(place) <= 80) not valid;
