//! The forty readers.

use std::net::IpAddr;
use std::sync::Arc;

use dogear_domain::accounts::AccountStatus;
use dogear_domain::fields::{Email, Handle};
use dogear_domain::ids::UserId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::files;
use super::{days_before, mail_address};
use crate::{Actor, Cx, Error, Result, Services};

/// A reader who exists now.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub id: UserId,
    pub joined: Timestamp,
    pub is: files::Reader,
}

/// Registers everybody, with confirmed addresses and one password.
pub(super) async fn load(
    conn: &mut PgConnection,
    readers: &[files::Reader],
    password_hash: &str,
    now: Timestamp,
) -> Result<Vec<Reader>> {
    let mut loaded = Vec::with_capacity(readers.len());
    for (n, reader) in readers.iter().enumerate() {
        let handle =
            Handle::parse(&reader.handle).map_err(|problem| wrong(&reader.handle, &problem))?;
        let email = Email::parse(&mail_address(&reader.handle))
            .map_err(|problem| wrong(&reader.handle, &problem))?;
        // Spread over the month and the hours of the day.
        let joined = days_before(now, reader.joined_months_ago * 30 + n as i64 * 7 % 30)
            + SignedDuration::from_mins(n as i64 * 97 % 600);
        let id: UserId = sqlx::query_scalar(
            "insert into users (handle, handle_key, email, email_key, email_verified_at, password_hash,
                 display_name, city, region, country, about, time_zone, role, posts_abroad, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $5) returning id",
        )
        .bind(handle.as_str())
        .bind(handle.key())
        .bind(email.as_str())
        .bind(email.key())
        .bind(joined.to_sqlx())
        .bind(password_hash)
        .bind(&reader.display_name)
        .bind(&reader.city)
        .bind(&reader.region)
        .bind(&reader.country)
        .bind(&reader.about)
        .bind(&reader.time_zone)
        .bind(reader.role)
        .bind(n % 3 == 1)
        .fetch_one(&mut *conn)
        .await?;
        loaded.push(Reader {
            id,
            joined,
            is: reader.clone(),
        });
    }
    Ok(loaded)
}

fn wrong(handle: &str, problem: &impl std::fmt::Display) -> Error {
    Error::internal(format!("readers.csv: {handle}: {problem}"))
}

impl Reader {
    /// A call in this reader's name.
    pub(super) fn cx(&self, services: &Arc<Services>) -> Cx {
        Cx {
            services: Arc::clone(services),
            actor: Some(Actor {
                id: self.id,
                handle: self.is.handle.clone(),
                display_name: self.is.display_name.clone(),
                email: mail_address(&self.is.handle),
                verified: true,
                role: self.is.role,
                status: AccountStatus::Active,
                suspension: None,
                city: self.is.city.clone(),
                time_zone: self.is.time_zone.clone(),
                session: Uuid::nil(),
                unread: 0,
                needs_you: 0,
                open_cases: 0,
            }),
            ip: IpAddr::from([127, 0, 0, 1]),
            user_agent: String::new(),
            request_id: "demo".into(),
        }
    }
}

/// The reader with this handle.
///
/// # Errors
/// `Internal` when the list of readers has none.
pub(super) fn named<'a>(readers: &'a [Reader], handle: &str) -> Result<&'a Reader> {
    readers
        .iter()
        .find(|reader| reader.is.handle == handle)
        .ok_or_else(|| Error::internal(format!("nobody is called {handle}")))
}
