-- A mail whose job is dead or given up has failed; from now on both happen together.
update mails m set state = 'failed',
  last_error = coalesce(nullif(m.last_error, ''), nullif(o.last_error, ''), 'given up')
from outbox o
where o.kind = 'send_mail' and o.state in ('dead', 'discarded')
  and m.id = (o.payload ->> 'mail')::bigint and m.state in ('queued', 'sending');
