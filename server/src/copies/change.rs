//! One change to several copies at once, and its undoing.

use std::fmt;
use std::str::FromStr;

use dogear_domain::copies::CopyState;
use dogear_domain::grade::{Grade, check_condition};
use dogear_domain::ids::{CopyId, UserId, WorkId};
use dogear_domain::offers::Offers;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::input::OffersInput;
use super::refuse_held;
use super::repo::{self, Locked};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// Copies in one change.
pub(super) const MOST: usize = 100;
/// Copies in one undo: a pasted list adds more than a change takes.
const MOST_UNDONE: usize = dogear_domain::pasted::MOST_LINES;

/// What to do with the chosen copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Offer for what each is said to be for.
    List,
    /// Keep, but do not offer.
    Unlist,
    /// Put away.
    Archive,
    /// Into the trash.
    Delete,
    /// Out of archive or trash, back among the owned.
    Restore,
    /// Another grade for all.
    Grade(Grade),
    /// Offer all for this; what is not listed is listed.
    Offer(Offers),
}

/// What [`change`] did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// How many copies are different now.
    pub copies: usize,
    /// The title, when it is one.
    pub title: Option<String>,
    /// Takes it back.
    pub undo: Undo,
    /// How many open proposals have ended, because a book of theirs is no longer offered.
    #[serde(default)]
    pub ended: usize,
}

/// What [`undo`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// How many copies are as before.
    pub copies: usize,
    /// As [`Changed::ended`].
    pub ended: usize,
}

/// How copies were before a change. As text it travels in a form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Undo(Vec<Before>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    copy: CopyId,
    state: CopyState,
    grade: Grade,
    listed_at: Option<Timestamp>,
    /// What it was offered for; nothing in an undo of an older program, which leaves it.
    #[serde(default)]
    offers: Option<Offers>,
}

/// The change that offers copies so.
///
/// # Errors
/// `Invalid` with the field that needs changing.
pub fn offering(typed: &OffersInput) -> Result<Change> {
    Ok(Change::Offer(typed.read()?))
}

/// Changes several of the reader's copies: all or none. Copies for which the change
/// means nothing are passed over.
///
/// # Errors
/// `NotFound` when none of them is the reader's; `Conflict` naming the first that is
/// held for a trade; `Invalid` (field `grade`) when the grade does not go with the
/// defects of one of them; `Invalid` (field `copy`) when none or too many are chosen.
pub async fn change(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    ids: &[CopyId],
    change: Change,
) -> Result<Changed> {
    let owner = match change {
        Change::List | Change::Grade(_) | Change::Offer(_) => cx.member()?.id,
        // Taking something off the shelf is open to everybody who is signed in.
        _ => cx.reader()?.id,
    };
    if ids.is_empty() {
        return Err(Error::field(
            "copy",
            "Tick the books that you want to change.",
        ));
    }
    if ids.len() > MOST {
        return Err(Error::field(
            "copy",
            format!("Change at most {MOST} books at once."),
        ));
    }
    let mut once = match cx.once(key, &(ids, change)).await? {
        Idempotent::Done(changed) => return Ok(changed),
        Idempotent::New(once) => once,
    };
    let copies = repo::lock_owned(&mut once.tx, owner, ids).await?;
    if copies.is_empty() {
        return Err(Error::NotFound);
    }
    let before = apply(&mut once.tx, cx, &copies, change).await?;
    let ended = match change {
        Change::Unlist | Change::Archive | Change::Delete => {
            let gone: Vec<CopyId> = before.iter().map(|copy| copy.id).collect();
            unoffered(&mut once.tx, cx, &gone).await?
        }
        Change::List | Change::Restore | Change::Grade(_) | Change::Offer(_) => 0,
    };
    refresh(
        &mut once.tx,
        before.iter().map(|copy| copy.work_id).collect(),
        cx.now(),
    )
    .await?;
    let changed = Changed {
        copies: before.len(),
        title: match before[..] {
            [copy] => Some(copy.title.clone()),
            _ => None,
        },
        undo: Undo::of_changed(&before),
        ended,
    };
    once.commit(&changed).await?;
    Ok(changed)
}

/// Changes those of the locked copies for which it means something, and returns them as they
/// were. Search is not told.
///
/// # Errors
/// `Conflict` and `Invalid` as [`change`].
pub(super) async fn apply<'a>(
    tx: &mut PgConnection,
    cx: &Cx,
    copies: &'a [Locked],
    change: Change,
) -> Result<Vec<&'a Locked>> {
    let mut before = Vec::new();
    for copy in copies.iter().filter(|copy| applies(change, copy)) {
        refuse_held(copy)?;
        match change {
            Change::Grade(grade) => {
                check_condition(grade, &copy.defects).map_err(|problem| {
                    Error::field("grade", format!("“{}”: {problem}", copy.title))
                })?;
                repo::set_grade(tx, copy.id, grade).await?;
                terms_changed(tx, cx, copy.id).await?;
            }
            Change::Offer(offers) => {
                if copy.offers != offers {
                    repo::set_offers(tx, copy.id, offers).await?;
                    terms_changed(tx, cx, copy.id).await?;
                }
                if copy.state != CopyState::Listed {
                    repo::set_state(tx, copy.id, CopyState::Listed, None).await?;
                }
            }
            _ => repo::set_state(tx, copy.id, target(change, copy), None).await?,
        }
        before.push(copy);
    }
    Ok(before)
}

/// What is said about a copy, which the caller has locked, is different now: whoever had
/// accepted a trade with it is asked again.
pub(super) async fn terms_changed(conn: &mut PgConnection, cx: &Cx, copy: CopyId) -> Result<()> {
    (cx.services.hooks.terms_changed)(conn, cx, copy).await
}

/// These copies, which the caller has locked, are no longer offered: open proposals with them
/// end. Gives how many.
pub(super) async fn unoffered(
    conn: &mut PgConnection,
    cx: &Cx,
    copies: &[CopyId],
) -> Result<usize> {
    (cx.services.hooks.unoffered)(conn, cx, copies).await
}

/// Puts copies back to what they were before [`change`]. Doing it twice is fine.
///
/// # Errors
/// As [`change`].
pub async fn undo(cx: &Cx, undo: &Undo) -> Result<Undone> {
    let owner = cx.reader()?.id;
    let ids: Vec<CopyId> = undo.0.iter().map(|before| before.copy).collect();
    let mut tx = cx.begin().await?;
    let copies = repo::lock_owned(&mut tx, owner, &ids).await?;
    if copies.is_empty() {
        return Err(Error::NotFound);
    }
    let mut works: Vec<WorkId> = Vec::new();
    let mut gone: Vec<CopyId> = Vec::new();
    for copy in &copies {
        let Some(before) = undo.0.iter().find(|before| before.copy == copy.id) else {
            continue;
        };
        let offers = before.offers.unwrap_or(copy.offers);
        if copy.state == before.state && copy.grade == before.grade && copy.offers == offers {
            continue;
        }
        refuse_held(copy)?;
        if before.state == CopyState::Listed {
            cx.member()?;
        }
        repo::set_state(&mut tx, copy.id, before.state, before.listed_at).await?;
        if before.state != CopyState::Listed {
            gone.push(copy.id);
        }
        if copy.grade != before.grade {
            cx.member()?;
            check_condition(before.grade, &copy.defects)
                .map_err(|problem| Error::Conflict(problem.to_string()))?;
            repo::set_grade(&mut tx, copy.id, before.grade).await?;
            terms_changed(&mut tx, cx, copy.id).await?;
        }
        if copy.offers != offers {
            cx.member()?;
            repo::set_offers(&mut tx, copy.id, offers).await?;
            terms_changed(&mut tx, cx, copy.id).await?;
        }
        works.push(copy.work_id);
    }
    let copies = works.len();
    let ended = unoffered(&mut tx, cx, &gone).await?;
    refresh(&mut tx, works, cx.now()).await?;
    tx.commit().await?;
    Ok(Undone { copies, ended })
}

impl Undo {
    /// Puts copies back to what they are here.
    pub(super) fn of_changed(copies: &[&Locked]) -> Self {
        let before = |copy: &&Locked| Before {
            copy: copy.id,
            state: copy.state,
            grade: copy.grade,
            listed_at: copy.listed_at,
            offers: Some(copy.offers),
        };
        Self(copies.iter().map(before).collect())
    }

    /// Puts copies that were just added into the trash.
    pub(super) fn of_new(copies: &[CopyId], grade: Grade) -> Self {
        let before = |copy: &CopyId| Before {
            copy: *copy,
            state: CopyState::Deleted,
            grade,
            listed_at: None,
            offers: None,
        };
        Self(copies.iter().map(before).collect())
    }
}

/// Takes every copy of `owner` off the listings, in the caller's transaction: when they leave.
///
/// # Errors
/// Those of the database.
pub(crate) async fn unlist_all(
    conn: &mut PgConnection,
    owner: UserId,
    now: Timestamp,
) -> Result<()> {
    let works = repo::unlist_all(conn, owner, now).await?;
    crate::search::refresh(conn, &works, now).await
}

/// Renews what search knows of these works, each once.
pub(super) async fn refresh(
    conn: &mut PgConnection,
    mut works: Vec<WorkId>,
    now: Timestamp,
) -> Result<()> {
    works.sort_unstable();
    works.dedup();
    crate::search::refresh(conn, &works, now).await
}

fn applies(change: Change, copy: &Locked) -> bool {
    match change {
        Change::Unlist => copy.state == CopyState::Listed,
        Change::Restore => matches!(copy.state, CopyState::Archived | CopyState::Deleted),
        Change::Grade(grade) => copy.grade != grade && copy.state != CopyState::Deleted,
        Change::Offer(offers) => copy.offers != offers || copy.state != CopyState::Listed,
        _ => copy.state != target(change, copy),
    }
}

fn target(change: Change, copy: &Locked) -> CopyState {
    match change {
        Change::List | Change::Offer(_) => CopyState::Listed,
        Change::Unlist | Change::Restore => CopyState::Owned,
        Change::Archive => CopyState::Archived,
        Change::Delete => CopyState::Deleted,
        Change::Grade(_) => copy.state,
    }
}

/// `ids:state:grade:seconds:offers`, separated by spaces; the ids of neighbours of which the rest is
/// the same stand together, separated by commas, because a cookie has to hold it.
impl fmt::Display for Undo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alike = |one: &Before, next: &Before| {
            (one.state, one.grade, one.listed_at, one.offers)
                == (next.state, next.grade, next.listed_at, next.offers)
        };
        for (position, group) in self.0.chunk_by(alike).enumerate() {
            if position > 0 {
                f.write_str(" ")?;
            }
            for (position, before) in group.iter().enumerate() {
                let comma = if position > 0 { "," } else { "" };
                write!(f, "{comma}{}", before.copy)?;
            }
            let Before {
                state,
                grade,
                listed_at,
                offers,
                ..
            } = &group[0];
            write!(f, ":{state}:{}:", grade.value())?;
            if let Some(at) = listed_at {
                write!(f, "{}", at.as_second())?;
            }
            if let Some(offers) = offers {
                write!(f, ":{offers}")?;
            }
        }
        Ok(())
    }
}

/// The text of another form than ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this undo is not understood")]
pub struct UndoProblem;

impl FromStr for Undo {
    type Err = UndoProblem;

    fn from_str(text: &str) -> std::result::Result<Self, UndoProblem> {
        let mut copies: Vec<Before> = Vec::new();
        for part in text.split_whitespace() {
            copies.extend(group(part).ok_or(UndoProblem)?);
        }
        if copies.is_empty() || copies.len() > MOST_UNDONE {
            return Err(UndoProblem);
        }
        Ok(Self(copies))
    }
}

/// Copies that were alike.
fn group(text: &str) -> Option<Vec<Before>> {
    let mut fields = text.split(':');
    let ids = fields.next()?;
    let state = fields.next()?.parse().ok()?;
    let grade = fields.next()?.parse().ok()?;
    let listed_at = match fields.next()? {
        "" => None,
        seconds => Some(Timestamp::from_second(seconds.parse().ok()?).ok()?),
    };
    let offers = match fields.next() {
        None => None,
        Some(offers) => Some(offers.parse().ok()?),
    };
    ids.split(',')
        .map(|id| {
            Some(Before {
                copy: id.parse().ok()?,
                state,
                grade,
                listed_at,
                offers,
            })
        })
        .collect()
}
