-- Whether whoever pays the price of a copy gets it without its owner being asked again. An older
-- program leaves it as it is; one that takes the price off a copy that is sold so is refused, so
-- that nobody's word outlives their price.
alter table copies
  add column offer_at_once boolean not null default false,
  add constraint copies_at_once check (not offer_at_once or price_minor is not null) not valid;

-- What a copy is offered for as one text, `t.s650EUR+200!`, as the program reads it.
create or replace function offer_terms(copy copies) returns text
  language sql stable parallel safe as $$
  select concat_ws('.', case when copy.offer_trade then 't' end, case when copy.offer_give then 'g' end,
    'l' || copy.loan_days, 's' || copy.price_minor || copy.currency || coalesce('+' || copy.postage_minor, '')
      || case when copy.offer_at_once then '!' else '' end)
$$;

-- What a reader means to buy, with what they saw of it. Nothing is held by it.
create table cart_items (
  user_id bigint not null references users,
  copy_id bigint not null references copies on delete cascade,
  terms_version int not null,
  price_minor bigint not null,
  currency text not null,
  added_at timestamptz not null default now(),
  constraint cart_items_pkey primary key (user_id, copy_id),
  constraint cart_items_price check (price_minor > 0)
);
create index cart_items_copy on cart_items (copy_id);
