-- A loan is a kind of trade, whose books come back: one leg takes them to their borrower, and one
-- more, which opens then, brings them home. The last moment of the day by which they are wanted
-- back stands with the revision, since both sides can name another; once they are out, it is the
-- `send_due` of the way back.
alter table trade_revisions add column due_at timestamptz;
alter table trade_legs
  add column purpose text not null default 'give',
  add constraint trade_legs_purpose_known check (purpose in ('give', 'return')) not valid;

-- What an agreed loan has besides.
create table trade_loans (
  trade_id bigint primary key references trades,
  -- How often its borrower was granted more time.
  renewals smallint not null default 0,
  -- Until when the borrower asks to have it, while nobody has answered.
  asked_until timestamptz,
  -- Since when the borrower may keep it.
  keep_offered boolean not null default false,
  -- The borrower has kept it for good.
  kept boolean not null default false,
  -- How many of the reminders that it is overdue were sent, for the present day.
  overdue_told smallint not null default 0,
  constraint trade_loans_renewals check (renewals between 0 and 2),
  constraint trade_loans_told check (overdue_told >= 0)
);

-- Who wants to be told when a book that is lent is back. One question per reader and copy; once
-- they were told, it stops nobody's renewal.
create table copy_waits (
  copy_id bigint not null references copies,
  user_id bigint not null references users,
  created_at timestamptz not null default now(),
  told_at timestamptz,
  primary key (copy_id, user_id)
);
create index copy_waits_user on copy_waits (user_id);
create index copy_waits_queue on copy_waits (copy_id, created_at) where told_at is null;

alter table trade_disputes drop constraint trade_disputes_reason_known;
alter table trade_disputes add constraint trade_disputes_reason_known check (reason in (
  'never_arrived', 'wrong_book', 'not_as_described', 'damaged_in_post', 'no_answer', 'payment',
  'lost', 'not_returned')) not valid;
alter table trade_disputes drop constraint trade_disputes_outcome_known;
alter table trade_disputes add constraint trade_disputes_outcome_known check (outcome in (
  'complete', 'cancel', 'return', 'replace', 'returned', 'kept', 'written_off')) not valid;

-- The trades in which it is the member's turn: `Trade::needs` in the rules. A sale by post waits for
-- its buyer until it is paid. A borrowed book waits for nobody until its day comes near, but an
-- unanswered question does.
create or replace function waiting_trades(member bigint) returns table (trade_id bigint)
  language sql stable parallel safe as $$
  select t.id
  from trade_parties p join trades t on t.id = p.trade_id
  where p.user_id = member
    and (t.state = 'proposed' and p.accepted_revision is distinct from t.revision
      or t.state = 'agreed' and p.cancel_requested_at is null and exists (
        select from trade_parties o
        where o.trade_id = t.id and o.cancel_requested_at is not null)
      or t.state = 'agreed' and exists (
        select from trade_loans n join trade_legs l on l.trade_id = n.trade_id and l.purpose = 'return'
        where n.trade_id = t.id and l.state <> 'received'
          and (l.to_user = member and n.asked_until is not null
            or l.from_user = member and n.keep_offered and l.state = 'pending'))
      or t.state in ('agreed', 'disputed') and exists (
        select from trade_legs l
        where l.trade_id = t.id
          and (t.state = 'agreed' and l.state = 'pending'
              and (l.purpose = 'give' or l.reminded_at is not null) and member = case
                when t.method = 'post' and exists (
                  select from payments y where y.trade_id = t.id and y.state = 'due')
                then l.to_user else l.from_user end
            or t.state = 'agreed' and l.to_user = member and l.state in ('handed_over', 'lost')
            or t.method = 'post' and l.to_user = member and l.state = 'pending'
              and p.address_sealed is null)))
$$;

-- Books that come from a file can be lent, too.
alter table shelf_imports drop constraint shelf_imports_offer_known;
alter table shelf_imports add constraint shelf_imports_offer_known
  check (offer in ('keep', 'trade', 'give', 'lend', 'file')) not valid;
