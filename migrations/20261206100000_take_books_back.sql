-- Whether a member takes books back that they sold, within 14 days. Traders do, whatever stands here.
alter table users add column takes_returns boolean not null default false;

-- What the seller said when the sale was agreed holds for it. Of sales before nothing was said.
alter table payments
  add column takes_returns boolean not null default false,
  add column by_trader boolean not null default false,
  -- When the seller said that the buyer has what goes back. What was paid online goes back by itself.
  add column given_back_at timestamptz,
  add constraint payments_given_back check (given_back_at is null or state = 'refunded') not valid;
