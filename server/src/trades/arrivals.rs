//! Tells the parties of a trade who meet at an event that one of them has come.

use dogear_domain::ids::{OccurrenceId, TradeId, UserId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::event_context::in_words;
use super::repo::meetings::{self as repo, BookRow, PartyRow};
use crate::events::{self, Meeting};
use crate::jobs::{self, Claim, Job};
use crate::mail::templates::{self, Content};
use crate::notifications::{self, Facts, Kind, sentence};
use crate::{Cx, Result};

/// A guest was let in at a date, which is locked: has them told whom they meet there, and those
/// whom they would meet when it is they who have named it.
pub(super) async fn has_come(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
) -> Result<()> {
    for trade in repo::at(conn, occurrence, Some(guest)).await? {
        let key = format!("arrival:{trade}:{occurrence}:{guest}");
        let job = TellOfArrival {
            trade,
            occurrence,
            guest,
        };
        jobs::push(conn, &job, &key, None).await?;
    }
    Ok(())
}

/// Tells the parties of a trade that one of them has come to where they meet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellOfArrival {
    trade: TradeId,
    occurrence: OccurrenceId,
    guest: UserId,
}

impl Job for TellOfArrival {
    const KIND: &'static str = "arrival";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        self.tell(cx, &mut tx).await?;
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

impl TellOfArrival {
    /// Once for each trade, event and guest, whatever happens at the door.
    async fn tell(&self, cx: &Cx, conn: &mut PgConnection) -> Result<()> {
        let parties = repo::hold_parties(conn, self.trade, self.guest).await?;
        let named = repo::of_trade(conn, self.trade).await?;
        let meeting = events::meeting(conn, self.occurrence, &[self.guest]).await?;
        let (Some(named), Some(meeting)) = (named, meeting) else {
            return Ok(());
        };
        let Some(guest) = parties.iter().find(|party| party.user == self.guest) else {
            return Ok(());
        };
        if named.occurrence != self.occurrence || !meeting.has(self.guest) {
            return Ok(());
        }
        let named_it = named.chosen_by == self.guest;
        let books = repo::books(&mut *conn, &[self.occurrence], self.guest).await?;
        let books: Vec<BookRow> = books
            .into_iter()
            .filter(|book| book.trade == self.trade && (named_it || book.with_comes))
            .collect();
        // Whoever has blocked somebody is found by them nowhere, and least of all at once. And a
        // party who has not named the event has not said to anybody that they come.
        let hears = |party: &&PartyRow| !party.is_blocked && (named_it || party.user == self.guest);
        for party in parties.iter().filter(hears) {
            let (who, what) = if party.user == self.guest {
                let mut names: Vec<String> = books.iter().map(|book| book.with.clone()).collect();
                names.dedup();
                (in_words(&names), exchange(books.iter(), party.user))
            } else {
                let between = |book: &&BookRow| [book.from, book.to].contains(&party.user);
                let what = exchange(books.iter().filter(between), party.user);
                (guest.name.clone(), what)
            };
            if what.is_empty() {
                continue;
            }
            let name = meeting.name();
            let told = if party.user == self.guest {
                format!("You are at {name} now, where you meet {who} to hand over {what}.")
            } else {
                format!("{who} is at {name} now, where you wanted to hand over {what}.")
            };
            self.write(cx, conn, party.user, who, told, &meeting)
                .await?;
        }
        Ok(())
    }

    async fn write(
        &self,
        cx: &Cx,
        conn: &mut PgConnection,
        reader: UserId,
        who: String,
        told: String,
        meeting: &Meeting,
    ) -> Result<()> {
        let subject = if reader == self.guest {
            format!("You meet {who} at {}", meeting.name())
        } else {
            format!("{who} is at {}", meeting.name())
        };
        let facts = Facts {
            trade: Some(self.trade),
            who,
            reason: told,
            in_person: true,
            ..Facts::default()
        };
        let (heading, path) = sentence(Kind::MeetingHere, &facts);
        let letter = templates::trade(
            &cx.services.settings,
            Content {
                subject,
                heading,
                paragraphs: vec![
                    "Say on the page of the trade when the books are in your hands.".into(),
                ],
                ..Content::default()
            },
            "See the trade",
            &path,
        );
        let key = format!(
            "arrival:{}:{}:{}:{reader}",
            self.trade, self.occurrence, self.guest
        );
        let kind = Kind::MeetingHere;
        notifications::notify(cx, conn, reader, kind, &facts, &key, Some(letter)).await
    }
}

/// “your Emma for Solaris”, from the reader's side; empty when there is nothing.
fn exchange<'a>(books: impl Iterator<Item = &'a BookRow>, reader: UserId) -> String {
    let (gives, gets): (Vec<&BookRow>, Vec<&BookRow>) = books.partition(|book| book.from == reader);
    let titles = |books: &[&BookRow]| {
        let titles: Vec<String> = books.iter().map(|book| book.title.clone()).collect();
        in_words(&titles)
    };
    match (gives.is_empty(), gets.is_empty()) {
        (true, true) => String::new(),
        (false, false) => format!("your {} for {}", titles(&gives), titles(&gets)),
        (false, true) => format!("your {}", titles(&gives)),
        (true, false) => titles(&gets),
    }
}
