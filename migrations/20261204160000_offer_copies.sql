-- What a copy is offered for. A copy that nobody has said anything about is offered for trade, so
-- all that were listed before are, and so is what an older program lists.
alter table copies
  add column offer_trade boolean not null default true,
  add column offer_give boolean not null default false,
  add column offer_loan boolean not null default false,
  add column loan_days smallint,
  -- In the smallest unit of the currency, as the postage is.
  add column price_minor bigint,
  add column currency text,
  add column postage_minor bigint,
  add constraint copies_price check (price_minor > 0) not valid,
  add constraint copies_price_currency check ((price_minor is null) = (currency is null)) not valid,
  add constraint copies_postage check (postage_minor >= 0 and price_minor is not null or postage_minor is null) not valid,
  add constraint copies_loan_days check (offer_loan = (loan_days is not null) and loan_days > 0 or loan_days is null and not offer_loan) not valid,
  add constraint copies_given_or_sold check (not offer_give or price_minor is null) not valid,
  add constraint copies_listed_offered
    check (state <> 'listed' or offer_trade or offer_give or offer_loan or price_minor is not null) not valid;

-- In which ways a copy is offered, by the words of the program.
create function offers_of(copy copies) returns text[]
  language sql immutable parallel safe as $$
  select array_remove(array[case when copy.offer_trade then 'trade' end, case when copy.offer_give then 'give' end,
    case when copy.offer_loan then 'lend' end, case when copy.price_minor is not null then 'sale' end], null)
$$;

-- In which ways the copies of a book that can be asked for are offered, and what the cheapest costs
-- in each currency. Rows that are there already tell of copies for trade alone.
alter table work_search
  add column offers text[] not null default '{trade}',
  add column prices jsonb not null default '{}';

-- The same as one text, `t.s650EUR+200`, as the program reads it.
create function offer_terms(copy copies) returns text
  language sql stable parallel safe as $$
  select concat_ws('.', case when copy.offer_trade then 't' end, case when copy.offer_give then 'g' end,
    'l' || copy.loan_days, 's' || copy.price_minor || copy.currency || coalesce('+' || copy.postage_minor, ''))
$$;

-- Books that come from a file can be given away, too.
alter table shelf_imports drop constraint shelf_imports_offer_known;
alter table shelf_imports add constraint shelf_imports_offer_known
  check (offer in ('keep', 'trade', 'give', 'file')) not valid;
