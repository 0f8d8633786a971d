-- Mails from before `mails.trade_id`: their key names the event that they tell of. What they say of
-- somebody who has left goes, as with later ones.
update mails m set trade_id = e.trade_id
from trade_events e
where m.trade_id is null and m.dedupe_key ~ '^notification:trade_event:[0-9]{1,18}:'
  and e.id = split_part(m.dedupe_key, ':', 3)::bigint;

update mails m set subject = '(erased)', text_body = '', html_body = '', unsubscribe_url = null,
  state = case when state = 'sent' then state else 'dropped' end,
  last_error = case when state = 'sent' then last_error else 'somebody whom it names has left' end
where exists (select from trade_parties p join users u on u.id = p.user_id
  where p.trade_id = m.trade_id and u.status = 'deleted');
