//! What has to hold of seats at any time.

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;

use crate::Cx;

/// The stored numbers are those of the bookings, nowhere beyond the capacity; nobody has seats and
/// waits for some; and nobody waits for what is free.
///
/// # Panics
/// When one of these does not hold, with the numbers of the rows.
pub async fn are_sound(cx: &Cx) {
    let wrong: Vec<(i64, i32, i64, Option<i32>)> = sqlx::query_as(
        "select o.id, o.seats_taken, coalesce(sum(b.party_size), 0), o.capacity
         from event_occurrences o left join seat_bookings b
           on b.occurrence_id = o.id and b.state in ('held', 'confirmed')
         group by o.id having o.seats_taken <> coalesce(sum(b.party_size), 0) or o.seats_taken > o.capacity",
    )
    .fetch_all(cx.db())
    .await
    .expect("PostgreSQL answers");
    assert_eq!(wrong, []);
    let both: Vec<i64> = sqlx::query_scalar(
        "select w.id from seat_waitlist w join seat_bookings b
           on b.occurrence_id = w.occurrence_id and b.user_id = w.user_id and b.state in ('held', 'confirmed')
         where w.state = 'waiting'",
    )
    .fetch_all(cx.db())
    .await
    .expect("PostgreSQL answers");
    assert!(both.is_empty(), "{both:?}");
    // Shortly before it begins, seats that would have to be asked about are left.
    let passed_by: Vec<(i64, i32)> = sqlx::query_as(
        "select w.id, w.party_size from seat_waitlist w join event_occurrences o on o.id = w.occurrence_id
         where w.state = 'waiting' and o.state = 'published' and o.smaller_pass and o.starts_at > $1
           and (o.capacity is null or w.party_size <= o.capacity - o.seats_taken)",
    )
    .bind((cx.now() + SignedDuration::from_hours(3)).to_sqlx())
    .fetch_all(cx.db())
    .await
    .expect("PostgreSQL answers");
    assert_eq!(passed_by, []);
}
