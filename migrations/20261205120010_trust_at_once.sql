-- Every copy took the default.
alter table copies validate constraint copies_at_once;
