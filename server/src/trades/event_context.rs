//! All that the letters of one event say, read from its rows.

use dogear_domain::ids::{TradeEventId, UserId};
use dogear_domain::money::Money;
use dogear_domain::trades::{LegPurpose, Method, Policy};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::event::EventKind;
use super::online;
use super::repo::events::{self, EventRow, ItemRow, LegRow, PartyRow};
use super::repo::members;
use crate::events::{self as events_at, Meeting};
use crate::{Cx, Error, Result};

/// All that the letters of one event say.
pub(super) struct EventContext {
    pub event: EventRow,
    pub kind: EventKind,
    pub parties: Vec<PartyRow>,
    pub items: Vec<ItemRow>,
    pub legs: Vec<LegRow>,
    /// The text of the message, unless it was hidden meanwhile.
    pub message: Option<String>,
    /// The event at which the books were to change hands, with the parties who take part.
    pub meeting: Option<Meeting>,
    /// The parties who may read when and where that is, as on the page of the trade.
    pub meeting_open_to: Vec<UserId>,
    /// There is a block between two of the parties.
    pub is_blocked: bool,
    /// The seller of the books can be paid online.
    pub pays_online: bool,
    pub policy: Policy,
    pub now: Timestamp,
}

/// Reads an event with everything around it.
pub(super) async fn load(
    cx: &Cx,
    conn: &mut PgConnection,
    id: TradeEventId,
) -> Result<EventContext> {
    let now = cx.now();
    let event = events::event(conn, id).await?;
    let kind = EventKind::parse(&event.kind)
        .ok_or_else(|| Error::internal(format!("unknown kind of event: {}", event.kind)))?;
    let parties = events::parties(conn, event.trade_id).await?;
    let items = events::items(conn, event.trade_id, event.revision).await?;
    let legs = events::legs(conn, event.trade_id).await?;
    let message = match event.data.message {
        Some(message) => events::message(conn, message).await?,
        None => None,
    };
    let users: Vec<UserId> = parties.iter().map(|party| party.user_id).collect();
    let meeting = match event.data.meeting {
        Some(occurrence) => events_at::meeting(conn, occurrence, &users).await?,
        None => None,
    };
    let mut meeting_open_to = Vec::new();
    let mut is_blocked = false;
    if let Some(meeting) = &meeting {
        let numbers: Vec<i64> = users.iter().map(|user| user.0).collect();
        is_blocked = members::any_blocked(conn, &numbers).await?;
        for &user in users.iter().filter(|_| !is_blocked) {
            if events_at::all_may_see(conn, meeting, &[user], now).await? {
                meeting_open_to.push(user);
            }
        }
    }
    let seller = items.first().map(|item| item.from_user);
    let pays_online = match seller.filter(|_| event.price.is_some()) {
        Some(seller) => online::takes_payments(cx, conn, seller).await?,
        None => false,
    };
    Ok(EventContext {
        event,
        kind,
        parties,
        items,
        legs,
        message,
        meeting,
        meeting_open_to,
        is_blocked,
        pays_online,
        policy: super::policy(conn).await?,
        now,
    })
}

impl EventContext {
    /// Names of the others: the one who acted, or all of them.
    pub(super) fn others(&self, reader: &PartyRow) -> String {
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

    /// Whether the books change hands at a meeting.
    pub(super) fn in_person(&self) -> bool {
        self.event.method == Method::Meet
    }

    /// Whether the leg that the event is about stands still for want of an address.
    pub(super) fn lacks_address(&self) -> bool {
        let taker = self.leg().map(|leg| leg.to_user);
        !self.in_person()
            && self
                .parties
                .iter()
                .any(|party| Some(party.user_id) == taker && !party.has_address)
    }

    pub(super) fn titles(&self, which: impl Fn(&ItemRow) -> bool) -> Vec<String> {
        self.items
            .iter()
            .filter(|item| which(item))
            .map(|item| item.frozen.title.clone())
            .collect()
    }

    pub(super) fn leg(&self) -> Option<&LegRow> {
        let id = self.event.leg_id?;
        self.legs.iter().find(|leg| leg.id == id)
    }

    /// The books of the leg that the event is about.
    pub(super) fn on_leg(&self) -> String {
        self.leg()
            .map(|leg| {
                let on_it = |item: &ItemRow| match leg.purpose {
                    LegPurpose::Give => {
                        (item.from_user, item.to_user) == (leg.from_user, leg.to_user)
                    }
                    LegPurpose::Return => {
                        (item.from_user, item.to_user) == (leg.to_user, leg.from_user)
                    }
                };
                in_words(&self.titles(on_it))
            })
            .unwrap_or_default()
    }

    /// What the books cost, where they are sold.
    pub(super) fn price(&self) -> Option<Money> {
        Some(Money {
            minor: self.event.price?,
            currency: self.event.currency?,
        })
    }

    /// “your Emma for Solaris”, from the reader's side.
    pub(super) fn exchange(&self, reader: UserId) -> String {
        let gives = self.titles(|item| item.from_user == reader);
        let gets = self.titles(|item| item.to_user == reader);
        if let Some(price) = self.price() {
            return if gives.is_empty() {
                format!("{} for {}", in_words(&gets), price.said())
            } else {
                format!("your {} for {}", in_words(&gives), price.said())
            };
        }
        if let Some(until) = self.lends_until() {
            return self.lending(reader, until);
        }
        match (gives.is_empty(), gets.is_empty()) {
            (false, false) => format!("your {} for {}", in_words(&gives), in_words(&gets)),
            (false, true) => format!("your {}, as a gift", in_words(&gives)),
            _ => format!("{}, as a gift", in_words(&gets)),
        }
    }

    /// When the reader's own books are to leave.
    pub(super) fn send_due(&self, reader: UserId) -> Option<Timestamp> {
        self.legs
            .iter()
            .filter(|leg| leg.from_user == reader)
            .map(|leg| leg.send_due.to_jiff())
            .min()
    }
}

/// “A”, “A and B”, “A, B and 2 more”.
pub(super) fn in_words(titles: &[String]) -> String {
    match titles {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
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
}
