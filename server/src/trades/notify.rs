//! Tells the parties what happened: one notification and one letter each per event.

use dogear_domain::ids::{CopyId, LegId, MessageId, TradeEventId, TradeId, UserId};
use dogear_domain::trades::{Method, TradeState, Verb};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};

use super::event::{EventData, EventKind, Notice};
use super::frozen::Frozen;
use crate::mail::templates::{self, TradeLetter};
use crate::notifications::{self, Facts, Kind, sentence};
use crate::{Cx, Error, Result};

#[derive(FromRow)]
struct EventRow {
    trade_id: TradeId,
    kind: String,
    actor_id: Option<UserId>,
    to_state: TradeState,
    revision: i32,
    leg_id: Option<LegId>,
    data: Json<EventData>,
    method: Method,
    reply_due: Option<jiff_sqlx::Timestamp>,
}

#[derive(FromRow)]
struct PartyRow {
    user_id: UserId,
    display_name: String,
    deleted: bool,
    time_zone: String,
    accepted: bool,
}

#[derive(FromRow)]
struct ItemRow {
    copy_id: CopyId,
    from_user: UserId,
    to_user: UserId,
    frozen: Json<Frozen>,
}

#[derive(FromRow)]
struct LegRow {
    id: LegId,
    from_user: UserId,
    to_user: UserId,
    send_due: jiff_sqlx::Timestamp,
}

/// All that the letters of one event say.
struct Story {
    event: EventRow,
    kind: EventKind,
    parties: Vec<PartyRow>,
    items: Vec<ItemRow>,
    legs: Vec<LegRow>,
    /// The text of the message, unless it was hidden meanwhile.
    message: Option<String>,
}

/// One party's version of it.
struct Told {
    kind: Kind,
    /// The books in words.
    what: String,
    until: Option<Timestamp>,
    reason: String,
    subject: String,
    paragraphs: Vec<String>,
    /// Before the date, e.g. `Answer by`.
    deadline: &'static str,
    button: &'static str,
}

/// Writes the notifications and letters of an event in the caller's transaction.
/// Repeating it writes nothing twice.
///
/// # Errors
/// Those of the database.
pub(crate) async fn tell(cx: &Cx, conn: &mut PgConnection, event: TradeEventId) -> Result<()> {
    let story = load(conn, event).await?;
    for party in &story.parties {
        let Some(told) = story.told(party) else {
            continue;
        };
        let who = story.others(party);
        let zone = TimeZone::get(&party.time_zone).unwrap_or(TimeZone::UTC);
        let until = told
            .until
            .map(|at| at.to_zoned(zone).strftime("%A %-d %B").to_string())
            .unwrap_or_default();
        let facts = Facts {
            trade: Some(story.event.trade_id),
            who,
            what: told.what,
            until: until.clone(),
            reason: told.reason,
            path: String::new(),
        };
        let (heading, path) = sentence(told.kind, &facts);
        let deadline = (!until.is_empty() && !told.deadline.is_empty())
            .then(|| format!("{} {until}.", told.deadline));
        let letter = templates::trade(
            &cx.services.settings,
            TradeLetter {
                subject: told.subject,
                heading,
                paragraphs: told.paragraphs,
                gives: story.titles(|item| item.from_user == party.user_id),
                gets: story.titles(|item| item.to_user == party.user_id),
                deadline,
                button: told.button.into(),
                path,
            },
        );
        let dedupe = format!("trade_event:{event}:{}", party.user_id);
        notifications::notify(
            conn,
            party.user_id,
            told.kind,
            &facts,
            &dedupe,
            Some(letter),
        )
        .await?;
    }
    Ok(())
}

async fn load(conn: &mut PgConnection, id: TradeEventId) -> Result<Story> {
    let event: EventRow = sqlx::query_as(
        "select e.trade_id, e.kind, e.actor_id, e.to_state, coalesce(e.revision, t.revision) as revision,
           e.leg_id, e.data, t.method, t.reply_due
         from trade_events e join trades t on t.id = e.trade_id where e.id = $1",
    )
    .bind(id)
    .fetch_one(&mut *conn)
    .await?;
    let kind = EventKind::parse(&event.kind)
        .ok_or_else(|| Error::internal(format!("unknown kind of event: {}", event.kind)))?;
    let parties = sqlx::query_as(
        "select p.user_id, u.display_name, u.status = 'deleted' as deleted, u.time_zone,
           coalesce(p.accepted_revision = t.revision, false) as accepted
         from trade_parties p join users u on u.id = p.user_id join trades t on t.id = p.trade_id
         where p.trade_id = $1 order by p.position",
    )
    .bind(event.trade_id)
    .fetch_all(&mut *conn)
    .await?;
    let items = sqlx::query_as(
        "select copy_id, from_user, to_user, frozen from trade_items
         where trade_id = $1 and revision = $2 order by copy_id",
    )
    .bind(event.trade_id)
    .bind(event.revision)
    .fetch_all(&mut *conn)
    .await?;
    let legs = sqlx::query_as(
        "select id, from_user, to_user, send_due from trade_legs where trade_id = $1 order by id",
    )
    .bind(event.trade_id)
    .fetch_all(&mut *conn)
    .await?;
    let message = match event.data.message {
        Some(message) => text_of(conn, message).await?,
        None => None,
    };
    Ok(Story {
        event,
        kind,
        parties,
        items,
        legs,
        message,
    })
}

async fn text_of(conn: &mut PgConnection, message: MessageId) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar("select body from trade_messages where id = $1 and hidden_at is null")
            .bind(message)
            .fetch_optional(conn)
            .await?,
    )
}

impl Story {
    /// Names of the others: the one who acted, or all of them.
    fn others(&self, reader: &PartyRow) -> String {
        let name = |party: &PartyRow| {
            if party.deleted {
                "a former member".to_owned()
            } else {
                party.display_name.clone()
            }
        };
        let actor = self.parties.iter().find(|party| {
            Some(party.user_id) == self.event.actor_id && party.user_id != reader.user_id
        });
        if let Some(actor) = actor {
            return name(actor);
        }
        let names: Vec<String> = self
            .parties
            .iter()
            .filter(|party| party.user_id != reader.user_id)
            .map(name)
            .collect();
        in_words(&names)
    }

    fn titles(&self, which: impl Fn(&ItemRow) -> bool) -> Vec<String> {
        self.items
            .iter()
            .filter(|item| which(item))
            .map(|item| item.frozen.title.clone())
            .collect()
    }

    fn leg(&self) -> Option<&LegRow> {
        let id = self.event.leg_id?;
        self.legs.iter().find(|leg| leg.id == id)
    }

    /// The books of the leg that the event is about.
    fn on_leg(&self) -> String {
        self.leg()
            .map(|leg| {
                let on_it =
                    |item: &ItemRow| (item.from_user, item.to_user) == (leg.from_user, leg.to_user);
                in_words(&self.titles(on_it))
            })
            .unwrap_or_default()
    }

    /// “your Emma for Solaris”, from the reader's side.
    fn exchange(&self, reader: UserId) -> String {
        let gives = self.titles(|item| item.from_user == reader);
        let gets = self.titles(|item| item.to_user == reader);
        match (gives.is_empty(), gets.is_empty()) {
            (false, false) => format!("your {} for {}", in_words(&gives), in_words(&gets)),
            (false, true) => format!("your {}, as a gift", in_words(&gives)),
            _ => format!("{}, as a gift", in_words(&gets)),
        }
    }

    /// When the reader's own books are to leave.
    fn send_due(&self, reader: UserId) -> Option<Timestamp> {
        self.legs
            .iter()
            .filter(|leg| leg.from_user == reader)
            .map(|leg| leg.send_due.to_jiff())
            .min()
    }

    /// What this party is told; `None` when it knows, or need not know.
    fn told(&self, reader: &PartyRow) -> Option<Told> {
        let user = reader.user_id;
        let acted = self.event.actor_id == Some(user);
        let exchange = self.exchange(user);
        let agreed_now = self.event.to_state == TradeState::Agreed;
        let base = |kind: Kind, subject: String, button: &'static str| Told {
            kind,
            what: exchange.clone(),
            until: None,
            reason: self.event.data.words.clone(),
            subject,
            paragraphs: Vec::new(),
            deadline: "",
            button,
        };
        let who = self.others(reader);
        let verb = match self.kind {
            EventKind::Notice(notice) => return self.noticed(notice, reader, acted, base),
            EventKind::Step(verb) => verb,
        };
        // Agreement is told to all: each has a parcel to send and a date to keep.
        if acted && !(verb == Verb::Accept && agreed_now) {
            return None;
        }
        let reply_due = self.event.reply_due.map(jiff_sqlx::Timestamp::to_jiff);
        Some(match verb {
            Verb::Propose => Told {
                until: reply_due,
                deadline: "Answer by",
                paragraphs: vec!["Nothing is reserved until you accept. You can also answer with other books, or decline.".into()],
                ..base(Kind::TradeProposed, format!("{who} proposes a trade"), "Read the proposal")
            },
            Verb::Counter => Told {
                until: reply_due,
                deadline: "Answer by",
                ..base(Kind::TradeCountered, format!("{who} answers with other books"), "Read the proposal")
            },
            Verb::Accept if agreed_now => {
                let due = self.send_due(user);
                let (deadline, next) = match (due, self.event.method) {
                    (None, _) => ("", "You only receive in this trade. Say so when the books have arrived."),
                    (Some(_), Method::Post) => ("Post your parcel by", "The books are reserved now. Enter where your parcel should go, and post yours."),
                    (Some(_), Method::Meet) => ("Meet by", "The books are reserved now. Agree on a place and a time to meet."),
                };
                Told {
                    until: due,
                    deadline,
                    paragraphs: vec![next.into()],
                    ..base(Kind::TradeAgreed, format!("Your trade with {who} is agreed"), "See what comes next")
                }
            }
            Verb::Accept => return None,
            Verb::Decline => base(Kind::TradeDeclined, format!("{who} declines your proposal"), "See the trade"),
            Verb::Withdraw => base(Kind::TradeWithdrawn, format!("The proposal with {who} is withdrawn"), "See the trade"),
            Verb::Expire => base(Kind::TradeExpired, format!("The proposal with {who} has run out"), "See the trade"),
            Verb::Supersede => Told {
                paragraphs: vec!["Nothing of yours is reserved for it any more. The trade’s page leads to other copies of the book.".into()],
                ..base(Kind::TradeSuperseded, "A book has gone to somebody else".into(), "Look for another copy")
            },
            Verb::TermsChanged => {
                let copy = self.event.data.copy?;
                let item = self.items.iter().find(|item| item.copy_id == copy)?;
                if item.from_user == user {
                    return None;
                }
                Told {
                    what: item.frozen.title.clone(),
                    until: reply_due,
                    deadline: "Answer by",
                    ..base(Kind::TermsChanged, format!("The description of {} has changed", item.frozen.title), "See what changed")
                }
            }
            Verb::Send | Verb::HandOver => {
                self.leg().filter(|leg| leg.to_user == user)?;
                Told {
                    what: self.on_leg(),
                    paragraphs: vec!["When the books are in your hands, say so on the trade’s page: they are yours from then on.".into()],
                    ..base(Kind::ParcelSent, format!("{who} has sent your books"), "Follow the trade")
                }
            }
            Verb::Receive if self.event.to_state == TradeState::Completed => base(
                Kind::TradeCompleted,
                format!("Your trade with {who} is completed"),
                "See the trade",
            ),
            Verb::Receive => {
                self.leg().filter(|leg| leg.from_user == user)?;
                Told {
                    what: self.on_leg(),
                    ..base(Kind::ParcelReceived, format!("{who} has your books"), "See the trade")
                }
            }
            Verb::MarkLost => Told {
                what: self.on_leg(),
                paragraphs: vec!["If it arrives after all, the receiver can still say so. Otherwise the receiver can report a problem, and a moderator helps you settle it.".into()],
                ..base(Kind::ParcelLost, "A parcel is presumed lost".into(), "See the trade")
            },
            Verb::Cancel | Verb::ConsentToCancel if self.event.to_state == TradeState::Cancelled => Told {
                paragraphs: vec!["Your books are free again and listed as before.".into()],
                ..base(Kind::TradeCancelled, format!("The trade with {who} is cancelled"), "See the trade")
            },
            Verb::Cancel | Verb::ConsentToCancel => Told {
                paragraphs: vec!["The trade goes on unless everybody agrees to end it.".into()],
                ..base(Kind::CancelRequested, format!("{who} asks to cancel"), "Answer")
            },
            Verb::ReportProblem => Told {
                what: self.on_leg(),
                paragraphs: vec!["The trade stands still until it is settled. Write to each other: most problems end with a message.".into()],
                ..base(Kind::ProblemReported, format!("{who} reports a problem"), "See the trade")
            },
            Verb::Resolve if self.event.to_state == TradeState::Resolved => {
                base(Kind::ProblemSettled, "The problem in your trade is settled".into(), "See the trade")
            }
            Verb::Resolve => Told {
                paragraphs: vec!["If you agree, books that have not arrived stay with their givers, and the trade ends.".into()],
                ..base(Kind::CancelRequested, format!("{who} proposes to settle it"), "Answer")
            },
        })
    }

    /// As [`Story::told`], for what is no step.
    fn noticed(
        &self,
        notice: Notice,
        reader: &PartyRow,
        acted: bool,
        base: impl Fn(Kind, String, &'static str) -> Told,
    ) -> Option<Told> {
        if acted {
            return None;
        }
        let user = reader.user_id;
        let who = self.others(reader);
        let gives_leg = self.leg().is_some_and(|leg| leg.from_user == user);
        let takes_leg = self.leg().is_some_and(|leg| leg.to_user == user);
        let send_due = self.leg().map(|leg| leg.send_due.to_jiff());
        Some(match notice {
            Notice::Message => {
                let text = self.message.clone()?;
                let mut told = base(Kind::TradeMessage, format!("{who} writes to you"), "Answer");
                told.reason = excerpt(&text);
                told.paragraphs = vec![text];
                told
            }
            Notice::Address => {
                let sends = self
                    .legs
                    .iter()
                    .any(|leg| leg.from_user == user && Some(leg.to_user) == self.event.actor_id);
                if !sends {
                    return None;
                }
                let mut told = base(
                    Kind::AddressGiven,
                    format!("{who} has entered an address"),
                    "See the address",
                );
                told.until = self.send_due(user);
                told.deadline = "Post your parcel by";
                told
            }
            Notice::ReplyReminder => {
                if reader.accepted {
                    return None;
                }
                let mut told = base(
                    Kind::ReplyReminder,
                    format!("{who} waits for your answer"),
                    "Read the proposal",
                );
                told.until = self.event.reply_due.map(jiff_sqlx::Timestamp::to_jiff);
                told.deadline = "Answer by";
                told
            }
            Notice::SendReminder if gives_leg => {
                let mut told = base(
                    Kind::SendReminder,
                    format!("Your parcel to {who} is due"),
                    "See the trade",
                );
                told.what = self.on_leg();
                told.until = send_due;
                told.deadline = "Post it by";
                told
            }
            Notice::Overdue if gives_leg || takes_leg => {
                let mut told = base(
                    Kind::ParcelOverdue,
                    "A parcel is overdue".into(),
                    "See the trade",
                );
                told.what = self.on_leg();
                told.paragraphs = vec![if gives_leg {
                    "Post the books now, or write why it takes longer. After three more days the other side may cancel.".into()
                } else {
                    "Ask what keeps them. After three more days you may cancel, and it does not count against you.".into()
                }];
                told
            }
            Notice::ArrivalReminder if takes_leg => {
                let mut told = base(
                    Kind::ArrivalReminder,
                    format!("Has the parcel from {who} arrived?"),
                    "Say that it has arrived",
                );
                told.what = self.on_leg();
                told
            }
            Notice::SendReminder | Notice::Overdue | Notice::ArrivalReminder => return None,
        })
    }
}

/// “A”, “A and B”, “A, B and 2 more”.
fn in_words(titles: &[String]) -> String {
    match titles {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

/// The beginning of a message, for one line.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 140;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let cut: String = line.chars().take(LONGEST).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_joined_as_people_say_them() {
        let titles = ["A", "B", "C", "D"].map(str::to_owned);
        assert_eq!(in_words(&titles[..0]), "");
        assert_eq!(in_words(&titles[..1]), "A");
        assert_eq!(in_words(&titles[..2]), "A and B");
        assert_eq!(in_words(&titles[..3]), "A, B and C");
        assert_eq!(in_words(&titles), "A, B and 2 more");
    }

    #[test]
    fn an_excerpt_ends_between_words() {
        let text = "word ".repeat(60);
        let short = excerpt(&text);
        assert!(short.ends_with("word…") && short.chars().count() <= 141);
        assert_eq!(excerpt(" two\nlines "), "two lines");
    }
}
