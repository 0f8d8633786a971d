//! Events at which traded books change hands. A trade names a date of an event as its meeting, for
//! all its parties; whether that takes place, and who has seats there, is read where it stands.

use dogear_domain::ids::{EventId, OccurrenceId, TradeId, UserId};
use dogear_domain::trades::{LegState, Method, Trade, TradeState};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::arrivals;
use super::event::{self, EventData, EventKind, NewEvent, Notice};
use super::event_context::in_words;
use super::repo::load::{self, Loaded};
use super::repo::meetings::{self as repo, BookRow, MeetingRow};
use super::repo::{locks, members};
use super::respond::party;
use super::step::retrying;
use crate::db::{IdempotencyKey, Idempotent};
use crate::events::{self, Meeting};
use crate::hooks::OccurrenceNews;
use crate::{Cx, Error, Result};

/// So long after the end of an event the books are to have changed hands there.
const TIME_TO_SAY_SO: SignedDuration = SignedDuration::from_hours(24);

/// What is said of a date that cannot be chosen, whatever the cause.
const CHOOSE: &str = "Choose one of the events to come at which you have seats, or which you host.";

/// The meeting of a trade, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingView {
    /// The event. Of those who have seats there or host it, it has whoever looks, and whoever has
    /// named it: nobody else has said to the others that they come.
    pub at: Meeting,
    /// Who has named it.
    pub chosen_by: UserId,
    /// Whether whoever looks may see the page of the event, and whether the other is there.
    pub is_open: bool,
}

impl MeetingView {
    /// Nobody can rely on it any more: the event does not take place, or whoever named it does not
    /// come.
    pub fn is_gone(&self) -> bool {
        self.is_cancelled() || !self.at.has(self.chosen_by)
    }

    /// The event does not take place.
    pub fn is_cancelled(&self) -> bool {
        self.at.state != dogear_domain::events::OccurrenceState::Published
    }
}

/// Why the meeting of a trade stays as it is, if that is so. While nothing has changed hands each
/// party can call the trade off alone, so that nobody is kept waiting by a later event.
///
/// # Errors
/// `Conflict` in words.
pub(super) fn may_change(trade: &Trade) -> Result<()> {
    let why = if trade.state != TradeState::Agreed {
        "Only parties of an agreed trade choose where they meet."
    } else if trade.method != Method::Meet {
        "The books of this trade go by post. Nobody has to meet."
    } else if trade.legs.iter().any(|leg| leg.state != LegState::Pending) {
        "Books have changed hands already, so the meeting stays as it is."
    } else {
        return Ok(());
    };
    Err(Error::Conflict(why.into()))
}

/// Whether a party has blocked another: they find each other nowhere new.
async fn is_blocked(conn: &mut PgConnection, trade: &Trade) -> Result<bool> {
    let parties: Vec<i64> = trade.parties.iter().map(|party| party.user.0).collect();
    members::any_blocked(conn, &parties).await
}

fn others(trade: &Trade, user: UserId) -> Vec<UserId> {
    let parties = trade.parties.iter().map(|party| party.user);
    parties.filter(|&party| party != user).collect()
}

/// The events at which the reader could hand the books over: they have seats there or are the
/// host, and the other parties may see them.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when it is not the time to choose one.
pub async fn meetings(cx: &Cx, trade: TradeId) -> Result<Vec<Meeting>> {
    let user = party(cx, trade).await?;
    let mut conn = cx.db().acquire().await?;
    let loaded = load::read(&mut conn, trade).await?;
    may_change(&loaded.trade)?;
    if is_blocked(&mut conn, &loaded.trade).await? {
        return Ok(Vec::new());
    }
    let others = others(&loaded.trade, user);
    events::meetings_of(&mut conn, user, &others, cx.now()).await
}

/// Names an event at which the books change hands, in the place of another; the others are told.
/// The books have time until the day after it.
///
/// # Errors
/// `NotFound` for whoever is no party; `Invalid` on `occurrence` for a date at which the reader has
/// no seats, that is over or cancelled, or that another party may not see; `Conflict` when it is
/// not the time to choose one.
pub async fn meet_at(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    occurrence: OccurrenceId,
) -> Result<()> {
    let user = party(cx, trade).await?;
    retrying(|| meet_at_once(cx, key, trade, user, occurrence)).await
}

async fn meet_at_once(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    user: UserId,
    occurrence: OccurrenceId,
) -> Result<()> {
    let mut once = match cx.once(key, &("meet at", trade, occurrence)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let (conn, now) = (&mut *once.tx, cx.now());
    locks::lock(conn, trade).await?;
    let loaded = load::read(conn, trade).await?;
    may_change(&loaded.trade)?;
    let wanted = MeetingRow {
        occurrence,
        chosen_by: user,
    };
    // Under the lock of the date: whoever cancels it, or gives seats back, comes after this and
    // finds the trade, or comes before and is seen.
    let meeting = events::lock_meeting(conn, occurrence, &[user], now).await?;
    let meeting = meeting
        .filter(|meeting| meeting.is_to_come(now) && meeting.has(user))
        .ok_or_else(|| Error::field("occurrence", CHOOSE))?;
    let others = others(&loaded.trade, user);
    let may_come = events::all_may_see(conn, &meeting, &others, now).await?;
    if !may_come || is_blocked(conn, &loaded.trade).await? {
        return Err(Error::field("occurrence", CHOOSE));
    }
    if repo::of_trade(conn, trade).await? != Some(wanted) {
        repo::put(conn, trade, wanted, now).await?;
        give_time(conn, trade, Some(&meeting), now).await?;
        record(
            conn,
            &loaded,
            Some(user),
            Notice::MeetingChosen,
            occurrence,
            now,
        )
        .await?;
    }
    once.commit(&()).await
}

/// Takes back that the books change hands at an event; the others are told. Doing it twice is fine.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when books have changed hands.
pub async fn drop_meeting(cx: &Cx, trade: TradeId) -> Result<()> {
    let user = party(cx, trade).await?;
    let mut tx = cx.begin().await?;
    locks::lock(&mut tx, trade).await?;
    let Some(named) = repo::of_trade(&mut tx, trade).await? else {
        return Ok(tx.rollback().await?);
    };
    let loaded = load::read(&mut tx, trade).await?;
    may_change(&loaded.trade)?;
    repo::delete(&mut tx, trade).await?;
    give_time(&mut tx, trade, None, cx.now()).await?;
    let notice = Notice::MeetingDropped;
    record(
        &mut tx,
        &loaded,
        Some(user),
        notice,
        named.occurrence,
        cx.now(),
    )
    .await?;
    tx.commit().await
}

/// The days to hand over: until after the event, and never fewer than from now on.
async fn give_time(
    conn: &mut PgConnection,
    trade: TradeId,
    meeting: Option<&Meeting>,
    now: Timestamp,
) -> Result<()> {
    let due = super::policy(&mut *conn).await?.send_due(now);
    let after = meeting.map(|meeting| meeting.ends_at + TIME_TO_SAY_SO);
    repo::set_due(conn, trade, after.map_or(due, |after| after.max(due)), now).await
}

async fn record(
    conn: &mut PgConnection,
    loaded: &Loaded,
    actor: Option<UserId>,
    notice: Notice,
    occurrence: OccurrenceId,
    now: Timestamp,
) -> Result<()> {
    let data = EventData {
        meeting: Some(occurrence),
        ..EventData::default()
    };
    event::append(
        conn,
        &NewEvent {
            trade: loaded.id,
            actor,
            kind: EventKind::Notice(notice),
            from: Some(loaded.trade.state),
            to: loaded.trade.state,
            revision: loaded.trade.revision,
            leg: None,
            data: &data,
            at: now,
        },
    )
    .await?;
    Ok(())
}

/// The meeting of a trade of `parties`, as one of them sees it; or somebody else, who is `None`.
pub(super) async fn view(
    conn: &mut PgConnection,
    trade: TradeId,
    parties: &[UserId],
    viewer: Option<UserId>,
    now: Timestamp,
) -> Result<Option<MeetingView>> {
    let Some(named) = repo::of_trade(conn, trade).await? else {
        return Ok(None);
    };
    let shown = |party: &UserId| *party == named.chosen_by || Some(*party) == viewer;
    let shown: Vec<UserId> = parties.iter().copied().filter(shown).collect();
    let Some(at) = events::meeting(conn, named.occurrence, &shown).await? else {
        return Ok(None);
    };
    let is_open = match viewer {
        Some(viewer) => {
            let numbers: Vec<i64> = parties.iter().map(|party| party.0).collect();
            events::all_may_see(conn, &at, &[viewer], now).await?
                && !members::any_blocked(conn, &numbers).await?
        }
        None => true,
    };
    Ok(Some(MeetingView {
        at,
        chosen_by: named.chosen_by,
        is_open,
    }))
}

/// What becomes of trades when something happens to an event, or at it.
///
/// # Errors
/// Those of the database: roll back.
pub(crate) async fn at_event(
    conn: &mut PgConnection,
    cx: &Cx,
    occurrence: OccurrenceId,
    news: OccurrenceNews,
) -> Result<()> {
    let (notice, guest) = match news {
        OccurrenceNews::Moved => (Notice::MeetingMoved, None),
        OccurrenceNews::Cancelled => (Notice::MeetingCancelled, None),
        OccurrenceNews::GivenBack(guest) => (Notice::MeetingLeft, Some(guest)),
        // Who has named it has had seats before.
        OccurrenceNews::SeatsTaken(_) => return Ok(()),
        OccurrenceNews::Arrived(guest) => {
            // The date is locked here, so that no trade is.
            return arrivals::has_come(conn, occurrence, guest).await;
        }
    };
    for trade in repo::at(conn, occurrence, guest).await? {
        locks::lock(conn, trade).await?;
        note(conn, trade, occurrence, (notice, guest), cx.now()).await?;
    }
    Ok(())
}

/// Notes in a locked trade what has become of its meeting, if that is still so.
async fn note(
    conn: &mut PgConnection,
    trade: TradeId,
    occurrence: OccurrenceId,
    (notice, guest): (Notice, Option<UserId>),
    now: Timestamp,
) -> Result<()> {
    let loaded = load::read(conn, trade).await?;
    let named = repo::of_trade(conn, trade).await?;
    let guests: Vec<UserId> = guest.into_iter().collect();
    let Some(meeting) = events::meeting(conn, occurrence, &guests).await? else {
        return Ok(());
    };
    // Of a guest who has not named it, nobody was told that they come.
    let stands = loaded.trade.state == TradeState::Agreed
        && named.is_some_and(|named| {
            named.occurrence == occurrence && guest.is_none_or(|guest| guest == named.chosen_by)
        });
    let is_so = match notice {
        Notice::MeetingMoved => meeting.is_to_come(now),
        Notice::MeetingLeft => guest.is_some_and(|guest| !meeting.has(guest)),
        _ => !meeting.is_to_come(now),
    };
    if !stands || !is_so {
        return Ok(());
    }
    match notice {
        Notice::MeetingMoved => give_time(conn, trade, Some(&meeting), now).await?,
        Notice::MeetingCancelled => give_time(conn, trade, None, now).await?,
        // Calendars have the last day for it again, in the place of the event.
        _ => repo::touch(conn, trade, now).await?,
    }
    // Across a block nobody is told where somebody else goes, or does not go.
    if guest.is_some() && is_blocked(conn, &loaded.trade).await? {
        return Ok(());
    }
    record(conn, &loaded, guest, notice, occurrence, now).await
}

/// What a guest of an event is reminded to bring there, and what is brought for them.
///
/// # Errors
/// Those of the database.
pub(crate) async fn errands(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
) -> Result<Vec<String>> {
    let books = repo::books(conn, &[occurrence], guest).await?;
    let same =
        |one: &BookRow, other: &BookRow| (one.trade, &one.with) == (other.trade, &other.with);
    let mut said = Vec::new();
    for books in books.chunk_by(same) {
        let with = &books[0].with;
        let titles = |giving: bool| {
            let wanted = books.iter().filter(|book| (book.from == guest) == giving);
            in_words(&wanted.map(|book| book.title.clone()).collect::<Vec<_>>())
        };
        let (gives, gets) = (titles(true), titles(false));
        if !gives.is_empty() {
            said.push(format!("Bring for {with}: {gives}."));
        }
        if !gets.is_empty() {
            // Whoever has not named the event has promised nobody to come.
            let brings = if books[0].with_comes { "brings" } else { "has" };
            said.push(format!("{with} {brings} for you: {gets}."));
        }
    }
    Ok(said)
}

/// Books that whoever asks hands over at an event, or is handed there, in one trade with one other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// In which trade.
    pub trade: TradeId,
    /// With whom.
    pub with: String,
    /// How many, both ways.
    pub books: usize,
}

/// What whoever asks hands over at an event; nothing for visitors.
///
/// # Errors
/// Those of the database.
pub async fn hand_overs_at(cx: &Cx, event: EventId) -> Result<Vec<HandOver>> {
    let Ok(reader) = cx.reader() else {
        return Ok(Vec::new());
    };
    let mut conn = cx.db().acquire().await?;
    let dates = events::dates(&mut conn, event).await?;
    let books = repo::books(&mut *conn, &dates, reader.id).await?;
    let same =
        |one: &BookRow, other: &BookRow| (one.trade, &one.with) == (other.trade, &other.with);
    let hand_overs = books.chunk_by(same).map(|books| HandOver {
        trade: books[0].trade,
        with: books[0].with.clone(),
        books: books.len(),
    });
    Ok(hand_overs.collect())
}
