//! What is true of payments online at every moment.

/// Name and query of each. Each query finds no row on a sound site.
pub(in crate::trades) const INVARIANTS: &[(&str, &str)] = &[
    (
        "a sale is being paid exactly while it has a live attempt, and runs",
        "select y.trade_id::text from payments y join trades t on t.id = y.trade_id
         where y.state = 'processing' and (t.state not in ('agreed', 'disputed') or not exists (
           select from payment_attempts a where a.trade_id = y.trade_id and a.state in ('open', 'review')))",
    ),
    (
        "an attempt waits for the desk only while its sale waits for it",
        "select a.id::text from payment_attempts a join payments y on y.trade_id = a.trade_id
         join trades t on t.id = a.trade_id
         where a.state = 'review' and y.state <> 'processing' and t.state in ('agreed', 'disputed')",
    ),
    (
        "a buyer pays once at a time, and once",
        "select trade_id::text from payment_attempts group by trade_id
         having count(*) filter (where state in ('open', 'review')) > 1 or count(*) filter (where state = 'paid') > 1",
    ),
    (
        "a sale that is paid online was paid by one attempt, in what was due, and no other was",
        "select y.trade_id::text from payments y
           left join payment_attempts a on a.trade_id = y.trade_id and a.state = 'paid'
         where (y.method = 'online' and y.state in ('paid', 'refunded')) <> (a.id is not null)
           or a.paid_minor <> y.amount_minor or a.paid_currency <> y.currency",
    ),
    (
        "all that goes back of a sale online is noted with it, and is not more than was paid",
        "select y.trade_id::text from payments y
           join payment_attempts a on a.trade_id = y.trade_id and a.state = 'paid'
         where y.refunded_minor <> coalesce((select sum(r.amount_minor) from refunds r where r.attempt_id = a.id), 0)
           or y.refunded_minor > a.paid_minor
           or exists (select from refunds r where r.attempt_id = a.id and r.currency <> a.paid_currency)",
    ),
    (
        "what came too late goes back, all of it, and nothing else does",
        "select a.id::text from payment_attempts a left join refunds r on r.attempt_id = a.id
         where a.state = 'returned' and (r.id is null or r.number <> 1 or r.amount_minor <> a.paid_minor
             or r.currency <> a.paid_currency)
           or r.id is not null and a.state not in ('paid', 'returned')",
    ),
];
