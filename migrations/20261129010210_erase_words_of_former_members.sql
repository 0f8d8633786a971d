-- As `trades::erase` does from now on, for those who have left before: only what they wrote in
-- proposals that were never agreed, which is little.
update trade_messages m set body = '(Erased when its writer left.)'
from trades t, users u
where t.id = m.trade_id and t.agreed_at is null and u.id = m.author_id and u.status = 'deleted';

update trade_events e set data = e.data - 'words'
from trades t, users u
where t.id = e.trade_id and t.agreed_at is null and u.id = e.actor_id and u.status = 'deleted'
  and e.data ? 'words';

update trades t set close_reason = ''
where t.agreed_at is null and t.close_reason <> ''
  and exists (select from trade_events e join users u on u.id = e.actor_id
    where e.trade_id = t.id and e.to_state = t.state and u.status = 'deleted');

update notifications n set data = n.data || '{"who": "", "reason": ""}'
from trades t
where t.id = n.trade_id and t.agreed_at is null
  and exists (select from trade_parties p join users u on u.id = p.user_id
    where p.trade_id = t.id and u.status = 'deleted');
