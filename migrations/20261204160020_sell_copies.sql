-- A sale is a kind of trade. Where nothing is said, its books say whether it is a swap or a gift, so
-- that an older program goes on writing trades.
alter table trades
  add column kind text,
  add constraint trades_kind_known check (kind in ('swap', 'gift', 'sale', 'loan')) not valid;

-- In the smallest unit of the currency of the revision.
alter table trade_items
  add column price_minor bigint,
  add constraint trade_items_price check (price_minor > 0) not valid;
alter table trade_revisions
  add column currency text,
  add column postage_minor bigint,
  add constraint trade_revisions_postage check (postage_minor >= 0 and currency is not null or postage_minor is null) not valid;

-- What the buyer of an agreed sale owes. The money never passes through the site: the seller says
-- that it is there.
create table payments (
  trade_id bigint primary key references trades,
  method text not null default 'in_person',
  state text not null default 'due',
  amount_minor bigint not null,
  currency text not null,
  refunded_minor bigint not null default 0,
  -- None where it is paid as the books are handed over.
  due_at timestamptz,
  marked_by bigint references users,
  marked_at timestamptz,
  created_at timestamptz not null default now(),
  constraint payments_method_known check (method in ('in_person')),
  constraint payments_state_known check (state in ('due', 'paid', 'refunded', 'void')),
  constraint payments_amount check (amount_minor > 0),
  constraint payments_refunded check (refunded_minor between 0 and amount_minor),
  constraint payments_refunded_state check ((state = 'refunded') = (refunded_minor > 0)),
  constraint payments_marked check ((marked_at is not null) = (state <> 'due'))
);
create index payments_due on payments (due_at) where state = 'due';

-- Whether a member sells as a trader, which buyers are told.
alter table users add column trader boolean not null default false;

alter table trade_disputes drop constraint trade_disputes_reason_known;
alter table trade_disputes add constraint trade_disputes_reason_known check (reason in (
  'never_arrived', 'wrong_book', 'not_as_described', 'damaged_in_post', 'no_answer', 'payment')) not valid;

-- What a trade is.
create function trade_kind(t trades) returns text
  language sql stable parallel safe as $$
  select coalesce(t.kind, case when (
      select count(distinct i.from_user) from trade_items i where i.trade_id = t.id and i.revision = t.revision) > 1
    then 'swap' else 'gift' end)
$$;

-- The trades in which it is the member's turn: `Trade::needs` in the rules. A sale by post waits for
-- its buyer until it is paid.
create or replace function waiting_trades(member bigint) returns table (trade_id bigint)
  language sql stable parallel safe as $$
  select t.id
  from trade_parties p join trades t on t.id = p.trade_id
  where p.user_id = member
    and (t.state = 'proposed' and p.accepted_revision is distinct from t.revision
      or t.state = 'agreed' and p.cancel_requested_at is null and exists (
        select from trade_parties o
        where o.trade_id = t.id and o.cancel_requested_at is not null)
      or t.state in ('agreed', 'disputed') and exists (
        select from trade_legs l
        where l.trade_id = t.id
          and (t.state = 'agreed' and l.state = 'pending' and member = case
                when t.method = 'post' and exists (
                  select from payments y where y.trade_id = t.id and y.state = 'due')
                then l.to_user else l.from_user end
            or t.state = 'agreed' and l.to_user = member and l.state in ('handed_over', 'lost')
            or t.method = 'post' and l.to_user = member and l.state = 'pending'
              and p.address_sealed is null)))
$$;
