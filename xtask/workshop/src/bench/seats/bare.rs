//! The least that gives somebody a seat: three statements in a transaction.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;
use sqlx::PgPool;

/// Locks the date.
pub(super) const LOCK: &str =
    "select capacity, seats_taken from event_occurrences where id = $1 for no key update";
/// Writes the booking.
pub(super) const BOOK: &str = "insert into seat_bookings (occurrence_id, user_id, party_size, state) values ($1, $2, 1, 'confirmed')";
/// Counts the seat.
pub(super) const COUNT: &str = "update event_occurrences set seats_taken = seats_taken + 1 where id = $1 and (capacity is null or seats_taken + 1 <= capacity)";

#[derive(Deserialize)]
struct Wanted {
    date: i64,
    reader: i64,
}

/// A server that knows nothing of readers, sessions, forms, queues or mails.
pub(super) fn router(db: PgPool) -> Router {
    Router::new().route("/seat", post(seat)).with_state(db)
}

async fn seat(State(db): State<PgPool>, Query(wanted): Query<Wanted>) -> StatusCode {
    match book(&db, &wanted).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            eprintln!("{error}");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

async fn book(db: &PgPool, wanted: &Wanted) -> Result<(), sqlx::Error> {
    let mut tx = db.begin().await?;
    sqlx::query(LOCK)
        .bind(wanted.date)
        .fetch_one(&mut *tx)
        .await?;
    sqlx::query(BOOK)
        .bind(wanted.date)
        .bind(wanted.reader)
        .execute(&mut *tx)
        .await?;
    sqlx::query(COUNT)
        .bind(wanted.date)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}
