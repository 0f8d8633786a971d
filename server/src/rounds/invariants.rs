//! What is true of the rounds of every site at every moment, beside what is true of its trades.

use sqlx::PgPool;

use crate::trades;

/// Name and query of each invariant. Each query finds no row on a sound site.
const LASTING: &[(&str, &str)] = &[
    (
        "a copy is held for a round that is not live, or of another copy",
        "select h.copy_id::text from copy_holds h where h.round_id is not null and not exists (
           select from give_rounds r
           where r.id = h.round_id and r.copy_id = h.copy_id and r.state in ('open', 'offered'))",
    ),
    (
        "a copy in a live round is held for it, and belongs to whoever gives it away",
        "select r.id::text from give_rounds r join copies c on c.id = r.copy_id
         where r.state in ('open', 'offered') and (r.owner_id <> c.owner_id or not exists (
           select from copy_holds h where h.copy_id = r.copy_id and h.round_id = r.id))",
    ),
    (
        "a round that was taken has come to a gift from its owner to one reader who was asked",
        "select r.id::text from give_rounds r where r.state = 'taken' and not exists (
           select from give_asks a
           join trade_items i on i.trade_id = r.trade_id and i.revision = 1 and i.copy_id = r.copy_id
           where a.round_id = r.id and a.state = 'taken' and i.from_user = r.owner_id and i.to_user = a.user_id)",
    ),
    (
        "somebody has taken what is not taken, or is offered what is not offered",
        "select r.id::text from give_rounds r join give_asks a on a.round_id = r.id
         where a.state = 'taken' and r.state <> 'taken'
           or a.state = 'offered' and r.state in ('open', 'offered') and r.offered_to is distinct from a.user_id",
    ),
    (
        "a seed is what its hash promised",
        "select id::text from give_rounds where seed is not null and sha256(seed) is distinct from seed_hash",
    ),
    (
        "the order of a draw replays from its seed",
        "select distinct id::text from (
           select r.id,
             row_number() over (partition by r.id order by a.place) as kept,
             row_number() over (partition by r.id order by not a.favoured, draw_code(r.seed, r.id, a.user_id)) as drawn
           from give_rounds r join give_asks a on a.round_id = r.id
           where r.drawn_at is not null and a.place is not null) o
         where kept <> drawn",
    ),
    (
        "nobody has a place in a draw that was not drawn, and everybody in one that was who waited then",
        "select r.id::text from give_rounds r join give_asks a on a.round_id = r.id
         where a.place is not null and r.drawn_at is null
           or a.place is null and r.drawn_at is not null and (a.state = 'waiting' or a.offered_at is not null)",
    ),
    (
        "whoever is asked comes first: nobody behind them was asked before",
        "select distinct a.round_id::text from give_asks a
           join give_asks b on b.round_id = a.round_id and b.place > a.place
         where a.state = 'waiting' and b.offered_at is not null",
    ),
];

/// The exceptions found, each as “invariant: row”; empty on a sound site.
///
/// # Errors
/// Those of the database.
pub async fn violations(db: &PgPool) -> sqlx::Result<Vec<String>> {
    trades::invariants::exceptions(db, LASTING).await
}
