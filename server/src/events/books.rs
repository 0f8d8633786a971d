//! The books at a swap meet: what guests bring, what they would like of others, and who could swap
//! with whom. Whoever takes part says so; everybody who sees the event sees which books there are,
//! and those who take part see who brings them.

use std::collections::HashMap;

use dogear_domain::events::EventKind;
use dogear_domain::events::books::{
    BookRefusal, MOST_BROUGHT, MOST_WISHED, Partner, Wished, may_bring, partners,
};
use dogear_domain::events::leftovers::BookOutcome;
use dogear_domain::fields::title_key;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EventId, OccurrenceId, UserId, WorkId};
use jiff::SignedDuration;

use super::leftovers;
use super::page::{EventPage, page};
use super::repo::books::{self as repo, BroughtRow, OwnRow, WishRow};
use super::repo::leftovers as left;
use super::repo::waiting::hold;
use crate::{Cx, Error, Result};

/// Books of others on a page.
const PAGE: u32 = 24;

/// So long after it has ended what guests would like is forgotten.
const WISHES_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// So long what was brought is known: a day longer than its guests can say what became of it.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 8);

/// A book, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// What it is a copy of.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// The edition's own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// ISO 639-1, or empty.
    pub language: String,
    /// As its owner judges it.
    pub grade: Grade,
}

/// A book that somebody else brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Which.
    pub book: Book,
    /// Whose it is, for those who take part.
    pub by: Option<Bringer>,
    /// Whoever asks would like it.
    pub wished: bool,
}

/// Whose book it is. The number of a copy leads to its owner, so that it stands here, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bringer {
    /// The copy.
    pub copy: CopyId,
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
}

/// A book that whoever asks brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnBook {
    /// The copy.
    pub copy: CopyId,
    /// Which.
    pub book: Book,
    /// The others see it: it is not promised in a trade, put away or hidden meanwhile.
    pub shown: bool,
    /// So many would like it.
    pub wishes: i64,
    /// What became of it, when it is over and they have said so.
    pub outcome: Option<BookOutcome>,
}

/// Somebody with whom whoever asks could swap, with the titles of the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwapPartner {
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// Of theirs, what whoever asks would like.
    pub gets: Vec<String>,
    /// What they would like.
    pub gives: Vec<String>,
}

/// The books of a swap meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBooks {
    /// The event as its page shows it.
    pub event: EventPage,
    /// Why nothing can be said of books now, if that is so.
    pub closed: Option<BookRefusal>,
    /// Whoever asks has seats there, or hosts it.
    pub takes_part: bool,
    /// What they bring.
    pub own: Vec<OwnBook>,
    /// When it is over, for a week: what they brought, to say what became of it.
    pub came_home: Option<Vec<OwnBook>>,
    /// With whom they could swap, those where both get something first.
    pub partners: Vec<SwapPartner>,
    /// A page of what others bring.
    pub others: Vec<Brought>,
    /// How many those are that match, over all pages.
    pub found: i64,
    /// From 1.
    pub page: u32,
    /// That hold all of them.
    pub pages: u32,
}

/// How many books can be had at a swap meet; none for an event of another kind, and for one that
/// is over or cancelled.
///
/// # Errors
/// Those of the database.
pub async fn brought(cx: &Cx, event: &EventPage) -> Result<Option<i64>> {
    if may_bring(event.kind, event.seating.state, event.ends_at, cx.now()).is_err() {
        return Ok(None);
    }
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    Ok(Some(
        repo::count(cx.db(), event.id, reader, cx.now()).await?,
    ))
}

/// Which of the books that others bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BookQuery<'a> {
    /// Part of a title or an author's name; empty for all.
    pub text: &'a str,
    /// Only what whoever asks would like.
    pub wished: bool,
    /// From 1.
    pub page: u32,
}

/// The books of a swap meet, with a page of what others bring.
///
/// # Errors
/// `NotFound` for an event that is not for them to see, and for one of another kind.
pub async fn books(cx: &Cx, event: EventId, query: BookQuery<'_>) -> Result<EventBooks> {
    let event = page(cx, event).await?;
    if event.kind != EventKind::SwapMeet || event.is_draft() {
        return Err(Error::NotFound);
    }
    let now = cx.now();
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let part = repo::part(cx.db(), event.id, reader).await?;
    let (occurrence, takes_part) = part.ok_or(Error::NotFound)?;
    // Whoever is suspended is shown as one who does not.
    let takes_part = takes_part && cx.member().is_ok();
    let closed = may_bring(event.kind, event.seating.state, event.ends_at, now).err();
    let (mut own, mut partners) = (Vec::new(), Vec::new());
    // Nothing of what others say is shown once it is over.
    if let (Some(guest), None) = (reader, closed) {
        // Also of whoever has given their seats back, and can take back what they said.
        let rows = repo::own(cx.db(), occurrence, guest, now).await?;
        own = rows.into_iter().map(OwnBook::from).collect();
        if takes_part {
            let wishes = repo::wishes(cx.db(), occurrence, guest, now).await?;
            partners = who_could_swap(guest, &wishes);
        }
    }
    let key = title_key(query.text);
    let mut number = query.page.max(1);
    let mut others = Vec::new();
    // Who brought what is nobody's business once it is over.
    if closed.is_none() {
        let mut wanted = repo::Wanted {
            occurrence,
            reader,
            key: &key,
            wished: query.wished,
            now,
            most: PAGE.into(),
            offset: i64::from(number - 1) * i64::from(PAGE),
        };
        others = repo::of_others(cx.db(), &wanted).await?;
        if others.is_empty() && number > 1 {
            number = 1;
            wanted.offset = 0;
            others = repo::of_others(cx.db(), &wanted).await?;
        }
    }
    let found = others.first().map_or(0, |row| row.found);
    Ok(EventBooks {
        came_home: leftovers::brought_home(cx, &event).await?,
        event,
        closed,
        takes_part,
        own,
        partners,
        others: others
            .into_iter()
            .map(|row| brought_by(row, takes_part))
            .collect(),
        found,
        page: number,
        pages: u32::try_from(found).unwrap_or(u32::MAX).div_ceil(PAGE),
    })
}

pub(super) fn brought_by(row: BroughtRow, names: bool) -> Brought {
    Brought {
        by: names.then_some(Bringer {
            copy: row.copy,
            handle: row.handle,
            name: row.name,
        }),
        wished: row.wished,
        book: Book {
            work: row.work,
            slug: row.slug,
            title: row.title,
            author_line: row.author_line,
            language: row.language,
            grade: row.grade,
        },
    }
}

impl From<OwnRow> for OwnBook {
    fn from(row: OwnRow) -> Self {
        Self {
            copy: row.copy,
            shown: row.shown,
            wishes: row.wishes,
            outcome: row.outcome,
            book: Book {
                work: row.work,
                slug: row.slug,
                title: row.title,
                author_line: row.author_line,
                language: row.language,
                grade: row.grade,
            },
        }
    }
}

fn who_could_swap(guest: UserId, wishes: &[WishRow]) -> Vec<SwapPartner> {
    let wished: Vec<Wished> = wishes
        .iter()
        .map(|wish| Wished {
            copy: wish.copy,
            owner: wish.owner,
            by: wish.by,
        })
        .collect();
    let mut names: HashMap<UserId, (&str, &str)> = HashMap::new();
    let mut titles: HashMap<CopyId, &str> = HashMap::new();
    for wish in wishes {
        let other = if wish.by == guest {
            wish.owner
        } else {
            wish.by
        };
        names.insert(other, (&wish.handle, &wish.name));
        titles.insert(wish.copy, &wish.title);
    }
    let said = |copies: &[CopyId]| -> Vec<String> {
        let titles = copies.iter().filter_map(|copy| titles.get(copy));
        titles.map(|title| (*title).to_owned()).collect()
    };
    let of = |partner: Partner| {
        let (handle, name) = names.get(&partner.guest)?;
        Some(SwapPartner {
            handle: (*handle).to_owned(),
            name: (*name).to_owned(),
            gets: said(&partner.gets),
            gives: said(&partner.gives),
        })
    };
    partners(guest, &wished)
        .into_iter()
        .filter_map(of)
        .collect()
}

/// What became of books that somebody wants to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packed {
    /// So many stand on the list that did not before.
    pub added: u64,
    /// So many were there already.
    pub were_there: u64,
    /// So many are left out: a guest brings a hundred at most.
    pub left_out: u64,
    /// So many do not stand on the shelf any more.
    pub missing: u64,
}

/// A member who takes part, and the date, while books can be spoken of.
async fn takes_part(cx: &Cx, event: EventId) -> Result<(UserId, OccurrenceId)> {
    let guest = cx.member()?.id;
    let event = page(cx, event).await?;
    let refused = may_bring(event.kind, event.seating.state, event.ends_at, cx.now());
    refused.map_err(|why| match why {
        BookRefusal::NoSwapMeet => Error::NotFound,
        why => Error::Conflict(why.to_string()),
    })?;
    let part = repo::part(cx.db(), event.id, Some(guest)).await?;
    let (occurrence, takes_part) = part.ok_or(Error::NotFound)?;
    if !takes_part {
        return Err(Error::Conflict(
            "Take a seat first: then say what you bring and what you would like.".into(),
        ));
    }
    Ok((guest, occurrence))
}

/// Puts books of the reader's shelf on the list of what they bring.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for an event that is not for them to see, one that is
/// no swap meet, and when none of the copies stands on their shelf; `Conflict` when they do not take
/// part, or it is over or cancelled.
pub async fn bring(cx: &Cx, event: EventId, copies: &[CopyId]) -> Result<Packed> {
    let (guest, occurrence) = takes_part(cx, event).await?;
    let mut tx = cx.begin().await?;
    repo::lock(&mut tx, occurrence, guest).await?;
    let mut wanted = copies.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let there = repo::on_shelf(&mut tx, guest, &wanted).await?;
    if there.is_empty() {
        return Err(Error::NotFound);
    }
    let packed = pack(&mut tx, cx, occurrence, guest, &there).await?;
    tx.commit().await?;
    Ok(Packed {
        missing: (wanted.len() - there.len()) as u64,
        ..packed
    })
}

/// Puts all that the reader has on offer on the list of what they bring, what they listed last
/// first.
///
/// # Errors
/// As [`bring`].
pub async fn bring_listed(cx: &Cx, event: EventId) -> Result<Packed> {
    let (guest, occurrence) = takes_part(cx, event).await?;
    let mut tx = cx.begin().await?;
    repo::lock(&mut tx, occurrence, guest).await?;
    let wanted = repo::on_offer(&mut tx, occurrence, guest).await?;
    let packed = pack(&mut tx, cx, occurrence, guest, &wanted).await?;
    tx.commit().await?;
    Ok(packed)
}

async fn pack(
    tx: &mut crate::db::Tx,
    cx: &Cx,
    occurrence: OccurrenceId,
    guest: UserId,
    wanted: &[CopyId],
) -> Result<Packed> {
    if !hold(tx, guest).await? {
        return Err(Error::NotFound);
    }
    let new = repo::not_brought(tx, occurrence, guest, wanted).await?;
    let brings = repo::brings(tx, occurrence, guest).await?;
    let room = usize::try_from(MOST_BROUGHT - brings).unwrap_or_default();
    // In the order in which copies are locked elsewhere.
    let mut fits = new[..new.len().min(room)].to_vec();
    fits.sort_unstable();
    let added = repo::bring(tx, occurrence, guest, &fits, cx.now()).await?;
    Ok(Packed {
        added,
        were_there: (wanted.len() - new.len()) as u64,
        left_out: (new.len() - fits.len()) as u64,
        missing: 0,
    })
}

/// Whoever asks, in whatever standing, and the date of an event that they may see: for taking back.
async fn own_date(cx: &Cx, event: EventId) -> Result<(UserId, OccurrenceId)> {
    let guest = cx.reader()?.id;
    let event = page(cx, event).await?;
    let part = repo::part(cx.db(), event.id, Some(guest)).await?;
    let (occurrence, _) = part.ok_or(Error::NotFound)?;
    Ok((guest, occurrence))
}

/// Takes a book from the list of what the reader brings. Doing it twice is fine. Gives how many
/// had said that they would like it: their wishes go with it.
///
/// # Errors
/// `SignInRequired`; `NotFound` for an event that is not for them to see.
pub async fn keep_home(cx: &Cx, event: EventId, copy: CopyId) -> Result<i64> {
    let (guest, occurrence) = own_date(cx, event).await?;
    repo::keep_home(cx.db(), occurrence, guest, copy).await
}

/// Says that the reader would like a book that somebody brings. Doing it twice is fine.
///
/// # Errors
/// As [`bring`]; `NotFound` for a book that nobody else brings; `Conflict` for the two hundred and
/// first.
pub async fn wish(cx: &Cx, event: EventId, copy: CopyId) -> Result<()> {
    let (guest, occurrence) = takes_part(cx, event).await?;
    let mut tx = cx.begin().await?;
    repo::lock(&mut tx, occurrence, guest).await?;
    if !hold(&mut tx, guest).await?
        || !repo::can_be_had(&mut tx, occurrence, guest, copy, cx.now()).await?
    {
        return Err(Error::NotFound);
    }
    if repo::other_wishes(&mut tx, occurrence, guest, copy, cx.now()).await? >= MOST_WISHED {
        return Err(Error::Conflict(format!(
            "You would like {MOST_WISHED} books already. Let one go first."
        )));
    }
    repo::wish(&mut tx, occurrence, guest, copy, cx.now()).await?;
    tx.commit().await
}

/// Takes back that the reader would like a book. Doing it twice is fine.
///
/// # Errors
/// As [`keep_home`].
pub async fn drop_wish(cx: &Cx, event: EventId, copy: CopyId) -> Result<()> {
    let (guest, occurrence) = own_date(cx, event).await?;
    repo::drop_wish(cx.db(), occurrence, guest, copy).await
}

/// Forgets what was brought to events that are over and what was wished for there, by the clock.
///
/// # Errors
/// Those of the database.
pub(super) async fn forget_books(cx: &Cx) -> Result<()> {
    repo::forget_wishes(cx.db(), cx.now() - WISHES_KEPT).await?;
    left::forget_books(cx.db(), cx.now() - KEPT).await
}
