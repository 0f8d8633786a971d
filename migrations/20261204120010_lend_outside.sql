-- Books that their owners have lent to somebody outside the site. Theirs alone to read.
create table outside_loans (
  id bigint generated always as identity primary key,
  copy_id bigint not null references copies,
  owner_id bigint not null references users,
  -- Who has it, sealed with the key of the site; erased some time after the book is back.
  borrower_sealed bytea,
  lent_on date not null,
  due_on date,
  back_on date,
  -- When its owner was told that it is overdue, which happens once.
  due_told_at timestamptz,
  created_at timestamptz not null default now(),
  constraint outside_loans_due_after_lent check (due_on >= lent_on),
  constraint outside_loans_back_after_lent check (back_on >= lent_on),
  constraint outside_loans_open_is_named check (back_on is not null or borrower_sealed is not null)
);
create unique index outside_loans_one_open on outside_loans (copy_id) where back_on is null;
create index outside_loans_copy on outside_loans (copy_id, id);
create index outside_loans_owner on outside_loans (owner_id, due_on) where back_on is null;
create index outside_loans_overdue on outside_loans (due_on) where back_on is null and due_told_at is null;
create index outside_loans_named on outside_loans (back_on) where borrower_sealed is not null;

-- A copy is held for one cause: a trade, or because it is out of the house. The program before
-- this one writes trades alone, and takes every row for a hold. The table is small: it has a row
-- for each copy that is promised just now.
alter table copy_holds add column outside_loan_id bigint;
alter table copy_holds add constraint copy_holds_outside_loan_fkey
  foreign key (outside_loan_id) references outside_loans not valid;
alter table copy_holds add constraint copy_holds_one_cause
  check (num_nonnulls(trade_id, outside_loan_id) = 1) not valid;
alter table copy_holds alter column trade_id drop not null;
create unique index copy_holds_outside_loan on copy_holds (outside_loan_id);
