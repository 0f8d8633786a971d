//! What is given away now, and what the reader has to do with.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{RoundId, WorkId};
use dogear_domain::rounds::{AskState, RoundMode, RoundState};
use dogear_domain::whereabouts::Whereabouts;
use jiff::Timestamp;

use super::repo::views as repo;
use crate::{Cx, Result, places};

/// Rows per page.
const PAGE: u32 = 24;
/// Of the reader's own.
const MOST_OWN: i64 = 100;

/// The order of rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Those nearest to the reader's town first.
    Nearest,
    /// Those that began last first.
    Newest,
    /// Those first in which one can ask for the shortest time.
    Soon,
}

impl Order {
    /// As people choose among them.
    pub const ALL: [Self; 3] = [Self::Nearest, Self::Newest, Self::Soon];

    /// As it stands in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Newest => "newest",
            Self::Soon => "soon",
        }
    }

    /// The order of this word; none for a word that means none.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.as_str() == word)
    }
}

/// A book that is given away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// By which the page of the round is found.
    pub id: RoundId,
    /// What it is a copy of.
    pub work: WorkId,
    /// The edition's own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// ISO 639-1, or empty.
    pub language: String,
    /// As its owner judges it.
    pub grade: Grade,
    /// Handle of whoever gives it.
    pub owner: String,
    /// Where they live.
    pub whereabouts: Whereabouts,
    /// How it is found out who gets it.
    pub mode: RoundMode,
    /// Until when one can ask.
    pub closes_at: Timestamp,
    /// How many wait.
    pub waiting: i64,
    /// Whoever asks gives it.
    pub mine: bool,
    /// They have asked for it.
    pub asked: bool,
}

/// A page of what is given away.
#[derive(Debug, Clone)]
pub struct Rounds {
    /// In the order asked for.
    pub rows: Vec<Listed>,
    /// Over all pages.
    pub found: i64,
    /// From 1; the first when the one asked for does not exist.
    pub page: u32,
    /// That hold all of them; 0 when there are none.
    pub pages: u32,
    /// Their order.
    pub order: Order,
    /// The town of whoever asks is on the map, so that something can be near.
    pub placed: bool,
}

/// Rounds in which readers can ask now. Without an order that can be had, the nearest come first
/// where the reader's town is known, else the newest. Those of readers who blocked, or are blocked
/// by, the one who asks are left out.
///
/// # Errors
/// Those of the database.
pub async fn list(cx: &Cx, order: Option<Order>, page: u32) -> Result<Rounds> {
    let placed = places::is_placed(cx).await?;
    let order = match order {
        Some(Order::Nearest) | None if placed => Order::Nearest,
        Some(Order::Nearest) | None => Order::Newest,
        Some(other) => other,
    };
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let (db, now) = (cx.db(), cx.now());
    let offset = |page: u32| i64::from(page - 1) * i64::from(PAGE);
    let mut page = page.max(1);
    let mut rows = repo::listed(
        db,
        reader,
        Some(order),
        None,
        now,
        PAGE.into(),
        offset(page),
    )
    .await?;
    if rows.is_empty() && page > 1 {
        page = 1;
        rows = repo::listed(
            db,
            reader,
            Some(order),
            None,
            now,
            PAGE.into(),
            offset(page),
        )
        .await?;
    }
    let found = rows.first().map_or(0, |row| row.found);
    Ok(Rounds {
        rows: rows.into_iter().map(Listed::from).collect(),
        found,
        page,
        pages: u32::try_from(found).unwrap_or(u32::MAX).div_ceil(PAGE),
        order,
        placed,
    })
}

/// Those of [`list`], the latest first, from behind the one with this number on.
///
/// # Errors
/// Those of the database.
pub async fn latest(cx: &Cx, before: Option<RoundId>, most: u32) -> Result<Vec<Listed>> {
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let rows = repo::listed(cx.db(), reader, None, before, cx.now(), most.into(), 0).await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

impl From<repo::ListedRow> for Listed {
    fn from(row: repo::ListedRow) -> Self {
        Self {
            id: row.id,
            work: row.work_id,
            title: row.title,
            author_line: row.author_line,
            language: row.language,
            grade: row.grade,
            owner: row.handle,
            whereabouts: row.seen.0.into(),
            mode: row.mode,
            closes_at: row.closes_at,
            waiting: row.waiting,
            mine: row.mine,
            asked: row.asked,
        }
    }
}

/// A book that the reader waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAsk {
    /// By which the page of the round is found.
    pub id: RoundId,
    /// Of the book.
    pub title: String,
    /// Until when the reader can answer, when it is offered to them.
    pub offer_until: Option<Timestamp>,
    /// Until when others can ask.
    pub closes_at: Timestamp,
    /// How it is found out who gets it.
    pub mode: RoundMode,
}

/// What the reader gives away and waits for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// Their own rounds that run: the page, the title, how many wait, and whether somebody is asked.
    pub gives: Vec<(RoundId, String, i64, bool)>,
    /// What they wait for, what is offered to them first.
    pub asks: Vec<OwnAsk>,
}

/// See [`Own`]; nothing for a visitor.
///
/// # Errors
/// Those of the database.
pub async fn own(cx: &Cx) -> Result<Own> {
    let Some(actor) = &cx.actor else {
        return Ok(Own::default());
    };
    let mut own = Own::default();
    for row in repo::own_rounds(cx.db(), actor.id, MOST_OWN).await? {
        if let Some(state) = row.ask {
            own.asks.push(OwnAsk {
                id: row.id,
                title: row.title,
                offer_until: row.offer_until.filter(|_| state == AskState::Offered),
                closes_at: row.closes_at,
                mode: row.mode,
            });
        } else {
            let asked = row.state == RoundState::Offered;
            own.gives.push((row.id, row.title, row.waiting, asked));
        }
    }
    Ok(own)
}
