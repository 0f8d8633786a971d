//! Tells somebody who has joined a waiting list which place they have on it.

use dogear_domain::events::OccurrenceState;
use dogear_domain::ids::WaitingId;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::guest_mail::{Message, date, path, place, send};
use super::repo::views::{self, TicketRow};
use super::repo::waiting as repo;
use super::words::seats;
use crate::jobs::{self, Claim, Job};
use crate::notifications::{Facts, Kind};
use crate::{Cx, Result};

/// Tells somebody that they wait.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellWaiting {
    waiting: WaitingId,
}

/// Has somebody told that they wait, after the commit.
pub(super) async fn tell_waiting(conn: &mut PgConnection, waiting: WaitingId) -> Result<()> {
    let key = format!("waits:{waiting}");
    jobs::push(conn, &TellWaiting { waiting }, &key, None).await
}

impl Job for TellWaiting {
    const KIND: &'static str = "seat_waiting";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        // Whoever has been promoted meanwhile, or has left, is told of that.
        if let Some(position) = repo::position(&mut tx, self.waiting).await?
            && let Some(ticket) = views::waiting_ticket(&mut tx, self.waiting).await?
            && ticket.occurrence_state == OccurrenceState::Published
        {
            let key = format!("waits:{}", self.waiting);
            send(
                cx,
                &mut tx,
                &ticket,
                waits(cx, &ticket, position),
                None,
                &key,
            )
            .await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// What is said to somebody who has begun to wait.
fn waits(cx: &Cx, ticket: &TicketRow, position: i64) -> Message {
    let (title, date) = (&ticket.title, date(cx, ticket));
    let before = match position {
        1 => "You are the first on the list.".to_owned(),
        2 => "One guest is before you on the list.".to_owned(),
        position => format!("{} guests are before you on the list.", position - 1),
    };
    Message {
        kind: Kind::WaitingJoined,
        facts: Facts {
            what: format!("“{title}”"),
            reason: seats(ticket.party),
            until: date.clone(),
            path: path(ticket),
            by_own_step: true,
            ..Facts::default()
        },
        subject: format!("You are on the waiting list for “{title}”"),
        paragraphs: vec![
            format!(
                "{before} We tell you as soon as there is room for you. If you do not want to come any more, leave the list on the page of the event."
            ),
            format!("{date}. {}", place(ticket)),
        ],
    }
}
