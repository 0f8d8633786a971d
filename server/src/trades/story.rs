//! All that the letters of one event say, read from its rows.

use dogear_domain::ids::{CopyId, LegId, MessageId, TradeEventId, TradeId, UserId};
use dogear_domain::trades::{Method, Policy, TradeState};
use jiff::Timestamp;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};

use super::event::{EventData, EventKind};
use super::frozen::Frozen;
use crate::{Error, Result};

#[derive(FromRow)]
pub(super) struct EventRow {
    pub trade_id: TradeId,
    pub kind: String,
    pub actor_id: Option<UserId>,
    pub to_state: TradeState,
    pub revision: i32,
    pub leg_id: Option<LegId>,
    pub data: Json<EventData>,
    pub method: Method,
    pub reply_due: Option<jiff_sqlx::Timestamp>,
}

#[derive(FromRow)]
pub(super) struct PartyRow {
    pub user_id: UserId,
    pub display_name: String,
    pub deleted: bool,
    pub time_zone: String,
    pub accepted: bool,
    pub has_address: bool,
}

#[derive(FromRow)]
pub(super) struct ItemRow {
    pub copy_id: CopyId,
    pub from_user: UserId,
    pub to_user: UserId,
    pub frozen: Json<Frozen>,
}

#[derive(FromRow)]
pub(super) struct LegRow {
    pub id: LegId,
    pub from_user: UserId,
    pub to_user: UserId,
    pub send_due: jiff_sqlx::Timestamp,
}

/// All that the letters of one event say.
pub(super) struct Story {
    pub event: EventRow,
    pub kind: EventKind,
    pub parties: Vec<PartyRow>,
    pub items: Vec<ItemRow>,
    pub legs: Vec<LegRow>,
    /// The text of the message, unless it was hidden meanwhile.
    pub message: Option<String>,
    pub policy: Policy,
}

/// Reads an event with everything around it.
pub(super) async fn load(conn: &mut PgConnection, id: TradeEventId) -> Result<Story> {
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
           coalesce(p.accepted_revision = t.revision, false) as accepted,
           p.address_sealed is not null as has_address
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
        Some(message) => text_of(&mut *conn, message).await?,
        None => None,
    };
    Ok(Story {
        event,
        kind,
        parties,
        items,
        legs,
        message,
        policy: super::policy(conn).await?,
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
    pub fn others(&self, reader: &PartyRow) -> String {
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
    pub fn in_person(&self) -> bool {
        self.event.method == Method::Meet
    }

    /// Whether the leg that the event is about stands still for want of an address.
    pub fn lacks_address(&self) -> bool {
        let taker = self.leg().map(|leg| leg.to_user);
        !self.in_person()
            && self
                .parties
                .iter()
                .any(|party| Some(party.user_id) == taker && !party.has_address)
    }

    pub fn titles(&self, which: impl Fn(&ItemRow) -> bool) -> Vec<String> {
        self.items
            .iter()
            .filter(|item| which(item))
            .map(|item| item.frozen.title.clone())
            .collect()
    }

    pub fn leg(&self) -> Option<&LegRow> {
        let id = self.event.leg_id?;
        self.legs.iter().find(|leg| leg.id == id)
    }

    /// The books of the leg that the event is about.
    pub fn on_leg(&self) -> String {
        self.leg()
            .map(|leg| {
                let on_it =
                    |item: &ItemRow| (item.from_user, item.to_user) == (leg.from_user, leg.to_user);
                in_words(&self.titles(on_it))
            })
            .unwrap_or_default()
    }

    /// “your Emma for Solaris”, from the reader's side.
    pub fn exchange(&self, reader: UserId) -> String {
        let gives = self.titles(|item| item.from_user == reader);
        let gets = self.titles(|item| item.to_user == reader);
        match (gives.is_empty(), gets.is_empty()) {
            (false, false) => format!("your {} for {}", in_words(&gives), in_words(&gets)),
            (false, true) => format!("your {}, as a gift", in_words(&gives)),
            _ => format!("{}, as a gift", in_words(&gets)),
        }
    }

    /// When the reader's own books are to leave.
    pub fn send_due(&self, reader: UserId) -> Option<Timestamp> {
        self.legs
            .iter()
            .filter(|leg| leg.from_user == reader)
            .map(|leg| leg.send_due.to_jiff())
            .min()
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
