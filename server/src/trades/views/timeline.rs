//! What happened in a trade, read from its events.

use dogear_domain::ids::{TradeId, UserId};
use dogear_domain::money::Money;
use dogear_domain::trades::Verb;
use sqlx::PgConnection;

use super::page::{BookLine, Change, Entry, MeetingNews, Revision, TimelineItem};
use crate::Result;
use crate::trades::event::{EventKind, Notice};
use crate::trades::repo::views as repo;

/// The entries of a trade, from the first to the last. `lines` are those of every revision;
/// without a `viewer` a moderator looks, who also reads what is hidden.
pub(super) async fn timeline(
    conn: &mut PgConnection,
    id: TradeId,
    viewer: Option<UserId>,
    lines: &[(i32, BookLine)],
) -> Result<Vec<Entry>> {
    let rows = repo::history(conn, id, viewer.is_none()).await?;
    let entries = rows.into_iter().filter_map(|row| {
        let what = match EventKind::parse(&row.kind)? {
            EventKind::Notice(Notice::Message) => TimelineItem::Message {
                id: row.data.message?,
                body: row.body,
                hidden: row.hidden,
            },
            EventKind::Notice(Notice::Address) => TimelineItem::Address,
            EventKind::Notice(
                notice @ (Notice::MeetingChosen
                | Notice::MeetingDropped
                | Notice::MeetingMoved
                | Notice::MeetingCancelled
                | Notice::MeetingLeft),
            ) => TimelineItem::Meeting(MeetingNews {
                notice,
                title: row.meeting.unwrap_or_default(),
            }),
            EventKind::Notice(
                notice @ (Notice::Refunded | Notice::GivenBack | Notice::PaymentTrouble),
            ) => TimelineItem::Money(notice),
            // Reminders are between the site and the one who is reminded.
            EventKind::Notice(_) => return None,
            EventKind::Step(Verb::Propose | Verb::Counter) => {
                let number = row.revision?;
                TimelineItem::Revision(Revision {
                    number,
                    method: row.method?,
                    method_changed: row
                        .method_before
                        .is_some_and(|before| Some(before) != row.method),
                    price: row
                        .price
                        .zip(row.currency)
                        .map(|(minor, currency)| Money { minor, currency }),
                    due: row.due.map(jiff_sqlx::Timestamp::to_jiff),
                    changes: changes(lines, number),
                })
            }
            EventKind::Step(verb) => TimelineItem::Step {
                verb,
                to: row.to_state,
                leg: row.leg_id,
                data: row.data.0,
            },
        };
        Some(Entry {
            at: row.at.to_jiff(),
            by: row.actor_id,
            what,
        })
    });
    Ok(entries.collect())
}

/// What a revision adds to, and takes out of, the one before.
fn changes(lines: &[(i32, BookLine)], number: i32) -> Vec<Change> {
    let of = |wanted: i32| {
        lines
            .iter()
            .filter(move |(revision, _)| *revision == wanted)
            .map(|(_, line)| line)
    };
    let has = |wanted: i32, line: &BookLine| {
        of(wanted).any(|other| (other.copy, other.to) == (line.copy, line.to))
    };
    let added = of(number).filter(|line| !has(number - 1, line));
    let removed = of(number - 1).filter(|line| !has(number, line));
    let change = |added: bool| {
        move |line: &BookLine| Change {
            added,
            line: line.clone(),
        }
    };
    added
        .map(change(true))
        .chain(removed.map(change(false)))
        .collect()
}
