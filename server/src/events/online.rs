//! Where an event takes place online: what those are told who have seats, and nobody else.

use dogear_domain::events::BookingState;

use super::giving_news::promise;
use super::guest_mail::Message;
use super::notify::EventNews;
use super::repo::views::TicketRow;
use crate::notifications::{Facts, Kind};

/// Says the link to those whose seats are theirs; empty for others, and where there is none.
pub(super) fn sentence(ticket: &TicketRow) -> String {
    match (&*ticket.online_link, ticket.state) {
        ("", _) => String::new(),
        (link, Some(BookingState::Confirmed)) => format!(" Online: {link}"),
        _ => String::new(),
    }
}

/// Whether these news are for them: of a link, only those hear who knew the one before; and that seats
/// are given on, nobody does when they are kept again.
pub(super) fn is_for(news: &EventNews, ticket: &TicketRow) -> bool {
    match news {
        EventNews::Relinked => ticket.state == Some(BookingState::Confirmed),
        EventNews::GivingOn => ticket.give_on_minutes.is_some(),
        EventNews::Changed | EventNews::Cancelled { .. } => true,
    }
}

/// What is said of another link.
pub(super) fn relinked(ticket: &TicketRow, facts: Facts) -> Message {
    let title = &ticket.title;
    let (subject, now) = match &*ticket.online_link {
        "" => (
            format!("“{title}” is not online any more"),
            "The link to it leads nowhere now: it takes place at its place alone.".to_owned(),
        ),
        link => (
            format!("“{title}” has a new link"),
            format!("Online it is here from now on: {link}"),
        ),
    };
    Message {
        kind: Kind::EventChanged,
        facts: Facts {
            reason: "online".into(),
            ..facts
        },
        subject,
        paragraphs: [
            Some(now),
            Some("Time and place stay as they were.".into()),
            promise(ticket),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}
