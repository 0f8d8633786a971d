-- The trades that wait for something a member has to do: to answer, to agree to a
-- cancellation, to give, to confirm or settle what was given, to say where a parcel goes. As
-- `Trade::needs` of the program, and its wish for an address; a test holds them together.
-- Asked with every page of a reader who is logged in: the planner puts it in place of the call.
create function waiting_trades(member bigint) returns table (trade_id bigint)
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
          and (t.state = 'agreed' and l.from_user = member and l.state = 'pending'
            or t.state = 'agreed' and l.to_user = member and l.state in ('handed_over', 'lost')
            or t.method = 'post' and l.to_user = member and l.state = 'pending'
              and p.address_sealed is null)))
$$;
