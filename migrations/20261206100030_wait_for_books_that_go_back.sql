-- The trades in which it is the member's turn: `Trade::needs` in the rules. While a sale is being paid
-- online, its buyer has done their part and its seller has nothing to send yet. A borrowed book waits
-- for nobody until its day comes near, but an unanswered question does, and so does a sold book that goes
-- back to its seller.
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
              and (l.purpose = 'give' or t.kind = 'sale' or l.reminded_at is not null)
              and member = case when t.method = 'post' then coalesce((
                  select case y.state when 'due' then l.to_user when 'processing' then 0 else l.from_user end
                  from payments y where y.trade_id = t.id), l.from_user) else l.from_user end
            or t.state = 'agreed' and l.to_user = member and l.state in ('handed_over', 'lost')
            or t.method = 'post' and l.to_user = member and l.state = 'pending'
              and p.address_sealed is null)))
$$;
