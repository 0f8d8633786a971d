alter table payments validate constraint payments_given_back;
