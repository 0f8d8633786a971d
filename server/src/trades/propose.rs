//! Proposals and counter-proposals.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::copies::HeldBy;
use dogear_domain::fields::{Handle, Message};
use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::trades::{
    Action, Actor, GiftError, Item, Method, Policy, ProposalVersion, Trade, check_gift,
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sqlx::PgConnection;

use super::errors::refusal;
use super::messages;
use super::repo::load::Loaded;
use super::repo::locks::{self, lock_copies};
use super::repo::{members, proposals};
use super::save::{CommandDetails, SaveContext, save};
use super::step::{Command, Scope, Step, execute, retrying};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, limits};

/// The most copies that one side gives.
pub(super) const MOST_BOOKS: usize = 20;

/// Copies in both directions, seen from the one who proposes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Books {
    /// Of the one who proposes.
    pub gives: Vec<CopyId>,
    /// Of the other reader.
    pub gets: Vec<CopyId>,
    /// Who gives nothing has said that they ask for a gift.
    pub gift: bool,
}

impl Books {
    pub(super) fn all(&self) -> impl Iterator<Item = CopyId> {
        self.gives.iter().chain(&self.gets).copied()
    }

    fn check_size(&self) -> Result<()> {
        if self.gives.len().max(self.gets.len()) > MOST_BOOKS {
            return Err(Error::field(
                "books",
                format!("Choose at most {MOST_BOOKS} books on each side."),
            ));
        }
        Ok(())
    }
}

/// A trade to be proposed. An empty side makes it a gift, or the wish for one.
#[derive(Debug, Clone, Serialize)]
pub struct Proposal {
    /// The handle of the other reader.
    pub with: String,
    /// Checked and frozen when it is proposed.
    pub books: Books,
    /// How they change hands.
    pub method: Method,
    /// The first message; may be empty.
    pub message: Message,
}

/// What is missing in a request for a gift, at the field that can mend it.
fn no_gift(error: GiftError) -> Error {
    let field = match error {
        GiftError::NotTaken => "books",
        GiftError::NotSaid => "gift",
    };
    Error::field(field, error)
}

/// The lines of a proposal, once each copy is known to be offered by its side. What the proposer
/// may not see is named no more than what does not exist.
async fn items(
    conn: &mut PgConnection,
    books: &Books,
    proposer: UserId,
    other: UserId,
    now: Timestamp,
) -> Result<Vec<Item>> {
    let taken = members::lock_gift_requests(conn, other).await?;
    let all: Vec<CopyId> = books.all().collect();
    let facts = proposals::facts(conn, &all, Some(proposer), now).await?;
    // What is offered for nothing may be asked for, and nobody need say that they mean it.
    let is_free = |copy: &CopyId| {
        facts
            .iter()
            .any(|fact| fact.id == *copy && fact.offers.give)
    };
    let free = books.gets.iter().all(is_free);
    check_gift(
        books.gives.len(),
        books.gets.len(),
        taken || free,
        books.gift || free,
    )
    .map_err(no_gift)?;
    let sides = [
        (&books.gives, proposer, other),
        (&books.gets, other, proposer),
    ];
    let mut items = Vec::with_capacity(all.len());
    for (copies, from, to) in sides {
        for &copy in copies {
            let fact = facts
                .iter()
                .find(|fact| fact.id == copy && fact.owner_id == from && fact.seen)
                .ok_or_else(|| Error::field("books", "A book you chose is no longer on this shelf. Take it out and choose another."))?;
            if fact.held_by() == Some(HeldBy::Lent) {
                return Err(Error::field(
                    "books",
                    format!(
                        "“{}” is lent to somebody just now, so nobody can ask for it until it is back. Take it out and choose another book.",
                        fact.title
                    ),
                ));
            }
            if let Some(HeldBy::Round(round)) = fact.held_by() {
                return Err(Error::field(
                    "books",
                    format!(
                        "“{}” is given away to one of those who ask for it, so it cannot be in a trade. Take it out; you find it at {}.",
                        fact.title,
                        dogear_urls::give(round)
                    ),
                ));
            }
            if fact.held_by().is_some() {
                return Err(Error::field(
                    "books",
                    format!(
                        "“{}” is promised in another trade. Take it out and choose another book.",
                        fact.title
                    ),
                ));
            }
            if !fact.listed || !fact.offers.can_be_asked_for() {
                return Err(Error::field(
                    "books",
                    format!(
                        "“{}” is not offered for trade. Take it out and choose another book.",
                        fact.title
                    ),
                ));
            }
            items.push(Item {
                copy,
                from,
                to,
                terms: fact.terms_version,
            });
        }
    }
    Ok(items)
}

/// The lines of a counter-proposal in a trade of two.
pub(super) async fn counter_items(
    conn: &mut PgConnection,
    loaded: &Loaded,
    actor: Actor,
    books: &Books,
    now: Timestamp,
) -> Result<Vec<Item>> {
    let parties = &loaded.trade.parties;
    let other = parties
        .iter()
        .map(|party| party.user)
        .find(|&user| Actor::Member(user) != actor);
    match (actor, other) {
        (Actor::Member(user), Some(other)) if parties.len() == 2 => {
            items(conn, books, user, other, now).await
        }
        _ => Err(Error::Conflict(
            "A ring of several readers cannot be changed. Accept it or decline it.".into(),
        )),
    }
}

/// Open proposals of one member to another.
const OPEN_TO_ONE: i64 = 5;
/// Those of one to another that may come to nothing within a day.
const VAIN_IN_A_DAY: i64 = 10;

/// Proposes a trade. Nothing is held until the other side accepts.
///
/// # Errors
/// `Forbidden` for readers in no standing to,
/// for new members with too many open proposals, and with too many to one reader; `Conflict` when
/// the other one cannot begin a trade, or one has blocked the other;
/// `Invalid` on `books`
/// or `with`, and on `gift` when nothing is offered and nobody has said that a gift is
/// asked for; `TooMany`.
pub async fn propose(cx: &Cx, key: Option<IdempotencyKey>, proposal: &Proposal) -> Result<TradeId> {
    let user = cx.member()?.id;
    proposal.books.check_size()?;
    cx.limit(limits::PROPOSE, &user.to_string()).await?;
    retrying(|| propose_once(cx, key, user, proposal)).await
}

async fn propose_once(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    user: UserId,
    proposal: &Proposal,
) -> Result<TradeId> {
    let mut tx = match cx.once(key, proposal).await? {
        Idempotent::New(tx) => tx,
        Idempotent::Done(trade) => return Ok(trade),
    };
    let conn = &mut *tx.tx;
    let now = cx.now();
    let opening = Opening::with(conn, user, &proposal.with, now).await?;
    let other = opening.other;
    let copies: Vec<CopyId> = proposal.books.all().collect();
    lock_copies(conn, &copies).await?;
    let items = items(conn, &proposal.books, user, other, now).await?;
    let draft = Trade::draft(user, &[user, other], items, proposal.method);
    let trade = opening
        .begin(conn, draft, false, &proposal.message, now)
        .await?;
    tx.commit(&trade).await?;
    Ok(trade)
}

/// A new trade of a member with another one, who may be asked.
pub(super) struct Opening {
    user: UserId,
    pub other: UserId,
    policy: Policy,
}

impl Opening {
    /// Whether the member may propose to the one with this handle.
    ///
    /// # Errors
    /// As [`propose`].
    pub(super) async fn with(
        conn: &mut PgConnection,
        user: UserId,
        handle: &str,
        now: Timestamp,
    ) -> Result<Self> {
        let policy = super::policy(&mut *conn).await?;
        let other = partner(conn, user, handle, now).await?;
        // One proposal of a member at a time, or two at once would both pass the limit.
        locks::lock_proposing(conn, user).await?;
        let (completed, open) = proposals::proposing_counts(conn, user).await?;
        policy
            .check_open_proposals(
                completed.max(0).cast_unsigned(),
                open.max(0).cast_unsigned(),
            )
            .map_err(refusal)?;
        check_pair(conn, user, other, handle, now).await?;
        Ok(Self {
            user,
            other,
            policy,
        })
    }

    /// A trade to which both have said yes beforehand, so that no limit of proposals holds.
    pub(super) fn granted(user: UserId, other: UserId, policy: Policy) -> Self {
        Self {
            user,
            other,
            policy,
        }
    }

    /// Proposes the draft, whose copies are locked. Where the other side has said yes beforehand
    /// (`granted`), it is agreed with that, and all other proposals with these copies end.
    ///
    /// # Errors
    /// `Invalid` on `books`; `Conflict` when a copy is promised or no longer offered so.
    pub(super) async fn begin(
        &self,
        conn: &mut PgConnection,
        draft: Trade,
        granted: bool,
        message: &Message,
        now: Timestamp,
    ) -> Result<TradeId> {
        let action = Action::Propose { granted };
        let transition = draft
            .apply(Actor::Member(self.user), &action, &self.policy, now)
            .map_err(refusal)?;
        let trade = proposals::insert(conn, self.user, self.other, draft.method, now).await?;
        let copies: Vec<CopyId> = draft.items.iter().map(|item| item.copy).collect();
        let competing = if granted {
            locks::lock_with_proposals(conn, trade, &copies).await?
        } else {
            Vec::new()
        };
        let loaded = Loaded {
            id: trade,
            trade: draft,
            asked_at: now,
        };
        let context = SaveContext {
            details: &CommandDetails::default(),
            policy: &self.policy,
            now,
            competing: &competing,
        };
        save(conn, &loaded, &transition, &context).await?;
        if !message.is_empty() {
            messages::insert(conn, trade, self.user, message, now).await?;
        }
        Ok(trade)
    }
}

/// Whether the other side may be asked once more: each proposal is a mail to them.
async fn check_pair(
    conn: &mut PgConnection,
    user: UserId,
    other: UserId,
    handle: &str,
    now: Timestamp,
) -> Result<()> {
    let handle = handle.trim().trim_start_matches('@');
    let since = now - SignedDuration::from_hours(24);
    let (open, vain) = proposals::pair_counts(conn, user, other, since).await?;
    if open >= OPEN_TO_ONE {
        return Err(Error::Forbidden(format!(
            "You have {OPEN_TO_ONE} open proposals to @{handle}. Wait for an answer, or withdraw one of them first."
        )));
    }
    if vain >= VAIN_IN_A_DAY {
        return Err(Error::Forbidden(format!(
            "{VAIN_IN_A_DAY} of your proposals to @{handle} came to nothing today. Ask again tomorrow."
        )));
    }
    Ok(())
}

/// The other side of a new trade.
async fn partner(
    conn: &mut PgConnection,
    user: UserId,
    handle: &str,
    now: Timestamp,
) -> Result<UserId> {
    let handle = Handle::parse(handle).map_err(|_| Error::NotFound)?;
    let other = members::partner(conn, &handle.key(), user, now)
        .await?
        .filter(|other| other.status != AccountStatus::Deleted)
        .ok_or(Error::NotFound)?;
    if other.id == user {
        return Err(Error::Conflict(
            "These books are yours already. Choose another reader to trade with.".into(),
        ));
    }
    // One sentence for both, so that it tells nobody of a block.
    if other.blocked || !other.status.can_start_things() {
        return Err(Error::Conflict(format!(
            "{} cannot begin new trades with you at present. Look for another copy of the book.",
            other.display_name
        )));
    }
    Ok(other.id)
}

/// Answers a proposal with another list of books. `seen` is the version that the
/// reader had before them.
///
/// # Errors
/// As [`propose`]; `NotFound` for whoever is no party; `Conflict` when the proposal
/// has moved on or has been changed too often.
pub async fn counter(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    seen: ProposalVersion,
    books: &Books,
    method: Method,
    message: &Message,
) -> Result<()> {
    let user = super::respond::eligible_party(cx, trade).await?;
    books.check_size()?;
    let command = Command::Counter {
        seen,
        books: books.clone(),
        method,
    };
    let step = Step {
        trade,
        actor: Actor::Member(user),
        command,
        scope: Scope::Copies,
        details: CommandDetails {
            message: message.clone().into(),
            ..CommandDetails::default()
        },
    };
    let request = ("counter", trade, seen.to_string(), books, method, message);
    execute(cx, key, &request, &step).await?;
    Ok(())
}
