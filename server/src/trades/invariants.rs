//! What is true of the trades of every site at every moment, as SQL that finds the
//! exceptions, together with what is true of its library.

use sqlx::PgPool;

use crate::library;

/// Name and query of each invariant. Each query finds no row on a sound site.
const LASTING: &[(&str, &str)] = &[
    (
        "I1: a copy is in one live commitment at most",
        "select i.copy_id::text from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
           join trade_legs l on l.trade_id = t.id and (l.from_user, l.to_user) in ((i.from_user, i.to_user), (i.to_user, i.from_user))
             and (l.purpose = 'give') = (l.from_user = i.from_user)
         where t.state in ('agreed', 'disputed') and l.state <> 'received'
         group by i.copy_id having count(*) > 1",
    ),
    (
        "I2: a hold without a live leg",
        "select h.copy_id::text from copy_holds h where h.trade_id is not null and not exists (
           select from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
             join trade_legs l on l.trade_id = t.id and (l.from_user, l.to_user) in ((i.from_user, i.to_user), (i.to_user, i.from_user))
             and (l.purpose = 'give') = (l.from_user = i.from_user)
           where t.id = h.trade_id and i.copy_id = h.copy_id
             and t.state in ('agreed', 'disputed') and l.state <> 'received')",
    ),
    (
        "I2: a live leg without a hold",
        "select i.copy_id::text from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
           join trade_legs l on l.trade_id = t.id and (l.from_user, l.to_user) in ((i.from_user, i.to_user), (i.to_user, i.from_user))
             and (l.purpose = 'give') = (l.from_user = i.from_user)
         where t.state in ('agreed', 'disputed') and l.state <> 'received'
           and not exists (select from copy_holds h where h.copy_id = i.copy_id and h.trade_id = t.id)",
    ),
    (
        "a copy is held for a loan that is not open, or of another copy",
        "select h.copy_id::text from copy_holds h where h.outside_loan_id is not null and not exists (
           select from outside_loans l
           where l.id = h.outside_loan_id and l.copy_id = h.copy_id and l.back_on is null)",
    ),
    (
        "a copy that is lent outside is held for that, and belongs to whoever lends it",
        "select l.id::text from outside_loans l join copies c on c.id = l.copy_id
         where l.owner_id <> c.owner_id
           or l.back_on is null and not exists (
             select from copy_holds h where h.copy_id = l.copy_id and h.outside_loan_id = l.id)",
    ),
    (
        "I3: a received leg moved its copies once each, any other not at all",
        "select l.id || ':' || i.copy_id from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
           join trade_legs l on l.trade_id = t.id and (l.from_user, l.to_user) = (i.from_user, i.to_user) and l.purpose = 'give'
           left join trade_loans n on n.trade_id = t.id
           left join copy_history h on h.leg_id = l.id and h.copy_id = i.copy_id
         group by l.id, l.state, i.copy_id, n.trade_id, n.kept
         having count(h.id) <> case when l.state = 'received' and coalesce(n.kept, true) then 1 else 0 end",
    ),
    (
        "I3: a completed trade has no open leg",
        "select t.id::text from trades t join trade_legs l on l.trade_id = t.id
         where t.state = 'completed' and l.state <> 'received'
           and not exists (select from trade_loans n where n.trade_id = t.id and n.kept)",
    ),
    (
        "I4: the history of a copy ends with its owner",
        "select c.id::text from copies c
           join lateral (select h.to_user from copy_history h where h.copy_id = c.id order by h.id desc limit 1) last on true
         where last.to_user <> c.owner_id",
    ),
    (
        "I4: each entry of a copy's history begins where the one before ended",
        "select id::text from (
           select id, from_user, lag(to_user) over (partition by copy_id order by id) as before from copy_history) h
         where before is not null and from_user is distinct from before",
    ),
    (
        "I5: each event begins in the state in which the one before ended",
        "select id::text from (
           select id, from_state, lag(to_state) over (partition by trade_id order by seq) as before from trade_events) e
         where from_state is distinct from before",
    ),
    (
        "I5: only steps that the table of states knows",
        "select id::text from trade_events where from_state is not null and from_state <> to_state
           and (from_state, to_state) not in (
             ('proposed', 'agreed'), ('proposed', 'declined'), ('proposed', 'withdrawn'),
             ('proposed', 'expired'), ('proposed', 'superseded'), ('agreed', 'completed'),
             ('agreed', 'cancelled'), ('agreed', 'disputed'), ('completed', 'disputed'), ('disputed', 'resolved'),
             ('completed', 'agreed'), ('agreed', 'resolved'))",
    ),
    (
        "I5: a trade is in the state of its last event",
        "select t.id::text from trades t
           left join lateral (select to_state from trade_events e where e.trade_id = t.id order by seq desc limit 1) last on true
         where last.to_state is distinct from t.state",
    ),
    (
        "I7: a reader is told of an event once",
        "select user_id || ':' || dedupe_key from notifications group by user_id, dedupe_key having count(*) > 1",
    ),
    (
        "I9: each idempotency key has one outcome",
        "select user_id || ':' || key from idempotency_keys where outcome is null",
    ),
    (
        "a meeting at an event is one of an agreed trade in person, and named by one of its parties",
        "select m.trade_id::text from trade_meetings m join trades t on t.id = m.trade_id
         where t.method <> 'meet' or t.agreed_at is null
           or not exists (select from trade_parties p where p.trade_id = t.id and p.user_id = m.chosen_by)",
    ),
    (
        "an event at which books change hands was published",
        "select m.trade_id::text from trade_meetings m join event_occurrences o on o.id = m.occurrence_id
         where o.state = 'draft'",
    ),
    (
        "a sale owes from its agreement on, and nothing else does",
        "select t.id::text from trades t left join payments y on y.trade_id = t.id
         where (t.kind is not distinct from 'sale' and t.agreed_at is not null) <> (y.trade_id is not null)",
    ),
    (
        "what is owed is the sum of the prices, with postage for what is posted",
        "select y.trade_id::text from payments y join trades t on t.id = y.trade_id
           join trade_revisions r on r.trade_id = t.id and r.number = t.revision
         where y.currency is distinct from r.currency or y.amount_minor is distinct from (
           (select sum(i.price_minor) from trade_items i where i.trade_id = t.id and i.revision = t.revision)
           + case when t.method = 'post' then coalesce(r.postage_minor, 0) else 0 end)",
    ),
    (
        "what is sold leaves when it is paid",
        "select t.id::text from trades t join payments y on y.trade_id = t.id join trade_legs l on l.trade_id = t.id
         where y.state in ('due', 'processing') and l.state <> 'pending'",
    ),
    (
        "a completed sale is paid, one that was called off is not",
        "select t.id::text from trades t join payments y on y.trade_id = t.id
         where t.state = 'completed' and y.state <> 'paid'
           or t.state = 'cancelled' and y.state not in ('void', 'refunded')
           or t.state in ('agreed', 'disputed') and y.state not in ('due', 'processing', 'paid')",
    ),
    (
        "each book of a sale has a price, and no other book has",
        "select i.trade_id || ':' || i.copy_id from trade_items i
           join trade_revisions r on r.trade_id = i.trade_id and r.number = i.revision
         where (r.currency is null) <> (i.price_minor is null)",
    ),
    (
        "an agreed loan has its row, and nothing else has one",
        "select t.id::text from trades t left join trade_loans n on n.trade_id = t.id
         where (t.kind is not distinct from 'loan' and t.agreed_at is not null) <> (n.trade_id is not null)",
    ),
    (
        "each revision of a loan has its day, and no other has one",
        "select t.id || ':' || r.number from trades t join trade_revisions r on r.trade_id = t.id
         where (t.kind is not distinct from 'loan') <> (r.due_at is not null)",
    ),
    (
        "the way back opens when a lent or sold book is with whoever got it, and no other",
        "select t.id::text from trades t left join trade_loans n on n.trade_id = t.id
           left join trade_legs g on g.trade_id = t.id and g.purpose = 'give' and t.kind in ('loan', 'sale')
           left join trade_legs b on b.trade_id = t.id and b.purpose = 'return'
         where b.id is not null and g.state is distinct from 'received'
           or t.kind = 'loan' and g.state = 'received' and b.id is null and not n.kept",
    ),
    (
        "a book that is out is its lender's and held, and one that is back is not",
        "select t.id || ':' || c.id from trades t join trade_loans n on n.trade_id = t.id
           join trade_items i on i.trade_id = t.id and i.revision = t.revision
           join copies c on c.id = i.copy_id
           join trade_legs b on b.trade_id = t.id and b.purpose = 'return'
           left join copy_holds h on h.copy_id = c.id and h.trade_id = t.id
         where (t.state in ('agreed', 'disputed') and b.state <> 'received') <> (h.copy_id is not null)
           or h.copy_id is not null and c.owner_id <> i.from_user",
    ),
    (
        "sold books go back to a seller who takes them, are their buyer's until then, and not listed",
        "select t.id::text from trades t join trade_legs b on b.trade_id = t.id and b.purpose = 'return'
           join payments y on y.trade_id = t.id
           join trade_items i on i.trade_id = t.id and i.revision = t.revision
           join copies c on c.id = i.copy_id
         where not y.takes_returns
           or t.state in ('agreed', 'disputed') and b.state <> 'received'
             and (c.owner_id <> b.from_user or is_listed(c))
           or (b.from_user, b.to_user) <> (i.to_user, i.from_user)",
    ),
    (
        "sold books that are back went from their buyer to their seller, and that ended the sale",
        "select b.id::text from trade_legs b join trades t on t.id = b.trade_id and t.kind = 'sale'
           join trade_items i on i.trade_id = t.id and i.revision = t.revision
         where b.purpose = 'return' and b.state = 'received'
           and (t.state <> 'resolved' or not exists (
             select from copy_history h where h.copy_id = i.copy_id and h.kind = 'returned' and h.at = b.received_at
               and (h.from_user, h.to_user) = (b.from_user, b.to_user)))",
    ),
    (
        "no more is given back than was paid, and by hand alone the seller says so",
        "select y.trade_id::text from payments y
         where y.refunded_minor > y.amount_minor or y.given_back_at is not null and y.method <> 'in_person'",
    ),
    (
        "no history says that a lent book came back to where it was all the time",
        "select h.id::text from copy_history h join trade_legs l on l.id = h.leg_id where l.purpose = 'return'",
    ),
    (
        "a question for more time is about a book that is with its borrower",
        "select n.trade_id::text from trade_loans n join trades t on t.id = n.trade_id
         where n.asked_until is not null and t.state = 'agreed' and not exists (
           select from trade_legs b where b.trade_id = t.id and b.purpose = 'return' and b.state = 'pending')",
    ),
    (
        "the address of whoever has a lent book is erased",
        "select t.id::text from trades t
           join trade_legs b on b.trade_id = t.id and b.purpose = 'return'
           join trade_parties p on p.trade_id = t.id and p.user_id = b.from_user
         where p.address_sealed is not null",
    ),
    (
        "nobody waits for a book of their own",
        "select q.copy_id || ':' || q.user_id from copy_waits q join copies c on c.id = q.copy_id
         where c.owner_id = q.user_id",
    ),
    (
        "a listed copy is offered for something",
        "select c.id::text from copies c where is_listed(c) and offers_of(c) = '{}'",
    ),
    (
        "addresses are kept while parcels are on their way only",
        "select p.trade_id::text from trade_parties p join trades t on t.id = p.trade_id
         where p.address_sealed is not null and t.state not in ('agreed', 'disputed')",
    ),
];

/// Those about jobs: a site that is behind with its work breaks the one, and one that has
/// forgotten jobs done long ago the other.
#[cfg(any(test, feature = "testing"))]
const OF_JOBS: &[(&str, &str)] = &[
    (
        "I7: each event has its job",
        "select e.id::text from trade_events e left join outbox o on o.dedupe_key = 'trade_event:' || e.id where o.id is null",
    ),
    (
        "each message of a payment service has its job",
        "select e.event from payment_events e
           left join outbox o on o.dedupe_key = 'payment_event:' || e.provider || ':' || e.event where o.id is null",
    ),
    (
        "what is to be given back has its job",
        "select r.id::text from refunds r left join outbox o on o.dedupe_key = 'refund:' || r.id where o.id is null",
    ),
    (
        "I8: no job is stuck",
        "select id::text from outbox
         where state = 'running' and lease_until < now() - interval '2 minutes'
            or state = 'ready' and run_at < now() - interval '2 minutes'",
    ),
];

/// So long each query may take: each reads whole tables.
const LIMIT: &str = "set local statement_timeout = '60s'";

/// The exceptions found, each as “invariant: row”, jobs that are missing or stuck among them;
/// empty on a sound site that has done its work.
///
/// # Errors
/// Those of the database.
#[cfg(any(test, feature = "testing"))]
pub async fn violations(db: &PgPool) -> sqlx::Result<Vec<String>> {
    let mut found = lasting_violations(db).await?;
    found.extend(exceptions(db, OF_JOBS).await?);
    Ok(found)
}

/// As [`violations`], of what is true at every moment, also of a site that is behind.
///
/// # Errors
/// Those of the database.
pub async fn lasting_violations(db: &PgPool) -> sqlx::Result<Vec<String>> {
    let mut found = exceptions(db, LASTING).await?;
    found.extend(exceptions(db, super::online::INVARIANTS).await?);
    found.extend(exceptions(db, library::INVARIANTS).await?);
    Ok(found)
}

/// What these queries find, each as “name: row”.
///
/// # Errors
/// Those of the database.
pub(crate) async fn exceptions(
    db: &PgPool,
    all: &[(&str, &'static str)],
) -> sqlx::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut tx = db.begin().await?;
    sqlx::query(LIMIT).execute(&mut *tx).await?;
    for (name, query) in all {
        let rows: Vec<String> = sqlx::query_scalar(*query).fetch_all(&mut *tx).await?;
        found.extend(rows.into_iter().map(|row| format!("{name}: {row}")));
    }
    tx.rollback().await?;
    Ok(found)
}
