-- These read their tables without keeping anybody from writing to them.
set local statement_timeout = '10min';
alter table copies validate constraint copies_place_short;
alter table copy_holds validate constraint copy_holds_outside_loan_fkey;
alter table copy_holds validate constraint copy_holds_one_cause;
