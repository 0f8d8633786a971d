-- What is known about how a member trades, as `trades::Trust` of the program reads it: with the
-- row of whoever is shown, so that no page asks once more for it. The mean time to an answer is
-- null before the first answer.
create function trust(member users) returns jsonb
  language sql stable parallel safe as $$
  select jsonb_build_object(
    'trades_completed', member.trades_completed,
    'reply_seconds', member.reply_seconds / nullif(member.replies, 0),
    'parcels_sent', member.parcels_sent,
    'parcels_on_time', member.parcels_on_time,
    'since', member.created_at)
$$;
