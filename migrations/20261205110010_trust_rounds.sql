-- These read their table without keeping anybody from writing to it.
set local statement_timeout = '10min';
alter table copy_holds validate constraint copy_holds_round_fkey;
alter table copy_holds validate constraint copy_holds_one_cause;
