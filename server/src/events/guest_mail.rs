//! What every mail and notice to a guest has: place, date and address, and how it is sent.

use sqlx::PgConnection;

use super::online;
use super::prices;
use super::repo::views::TicketRow;
use super::words::when;
use crate::mail::templates;
use crate::notifications::{self, Facts, Kind, sentence};
use crate::{Cx, Result};

/// What every mail about somebody's own seats ends with.
pub(super) const CANNOT_COME: &str = "If you cannot come, give the seats back on the page of the event, so that somebody else has them.";

/// What a guest reads.
pub(super) struct Message {
    pub kind: Kind,
    pub facts: Facts,
    pub subject: String,
    pub paragraphs: Vec<String>,
}

pub(super) fn place(ticket: &TicketRow) -> String {
    let parts = [&ticket.venue, &ticket.address, &ticket.city].map(String::as_str);
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ") + "." + &online::sentence(ticket) + &prices::sentence(ticket)
}

pub(super) fn path(ticket: &TicketRow) -> String {
    dogear_urls::event(ticket.event, &ticket.slug)
}

pub(super) fn date(cx: &Cx, ticket: &TicketRow) -> String {
    when(
        ticket.starts_at.to_jiff(),
        ticket.ends_at.to_jiff(),
        &ticket.time_zone,
        cx.now(),
    )
}

pub(super) async fn send(
    cx: &Cx,
    conn: &mut PgConnection,
    ticket: &TicketRow,
    message: Message,
    calendar: Option<String>,
    key: &str,
) -> Result<()> {
    let (heading, path) = sentence(message.kind, &message.facts);
    let paragraphs: Vec<&str> = message.paragraphs.iter().map(String::as_str).collect();
    let mut letter = templates::notice(
        &cx.services.settings,
        &message.subject,
        &heading,
        &paragraphs,
        &path,
    );
    letter.calendar = calendar;
    notifications::notify(
        cx,
        conn,
        ticket.guest,
        message.kind,
        &message.facts,
        key,
        Some(letter),
    )
    .await
}
