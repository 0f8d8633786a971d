-- A problem that holds a trade is in the moderators' queue as long as it does, as urgent as it is.
update reports set severity = 3
where severity < 3 and subject_kind = 'trade'
  and reason in ('never_arrived', 'wrong_book', 'not_as_described', 'damaged_in_post');

insert into reports (reporter_id, subject_kind, subject_id, accused_id, reason, severity, details, created_at)
select d.opened_by, 'trade', d.trade_id, l.from_user, d.reason, 3, d.details, d.created_at
from trade_disputes d left join trade_legs l on l.id = d.leg_id
where d.closed_at is null
  and not exists (select from reports r where r.subject_kind = 'trade' and r.subject_id = d.trade_id and r.state = 'open');
