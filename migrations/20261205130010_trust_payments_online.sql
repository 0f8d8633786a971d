-- No row was there that could break them.
alter table payments validate constraint payments_method_known;
alter table payments validate constraint payments_state_known;
