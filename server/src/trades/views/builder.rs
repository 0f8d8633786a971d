//! The two shelves from which a trade is put together.

use std::collections::HashSet;

use dogear_domain::fields::{Handle, title_key};
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, TradeId, UserId, WorkId};
use dogear_domain::offers::Offers;
use dogear_domain::trades::{
    GiftError, Method, ProposalVersion, TradeError, TradeState, check_gift,
};

use super::{PartyView, parties};
use crate::trades::errors::refusal;
use crate::trades::policy;
use crate::trades::propose::Books;
use crate::trades::repo::views::{self as repo, ShelfQuery, ShelfRow};
use crate::trades::repo::{load, members};
use crate::trades::respond::party;
use crate::{Cx, Error, Result};

/// Copies on a page of each shelf, besides the chosen ones.
pub const SHELF_PAGE: u32 = 10;
/// There is no page behind this one.
const LAST_PAGE: u32 = 10_000;

/// A copy that can be put into the trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// By which the form names it.
    pub copy: CopyId,
    /// What it is a copy of.
    pub work: WorkId,
    /// The edition's own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author: String,
    /// As its owner judges it.
    pub grade: Grade,
    /// What the owner owns up to.
    pub defects: Vec<Defect>,
    /// What it is offered for.
    pub terms: Offers,
    /// It is ticked.
    pub chosen: bool,
    /// Whether it can still be promised.
    pub available: bool,
    /// How many other open proposals of the reader have it.
    pub offers: i64,
}

/// One side of the builder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfView {
    /// The chosen copies first, then one page of the others in the order of their titles.
    pub choices: Vec<Choice>,
    /// Which page, from 1.
    pub page: u32,
    /// How many there are; at least 1.
    pub pages: u32,
    /// How many copies are found on all of them.
    pub found: i64,
    /// How many of the chosen ones are not there, or not for the reader to see.
    pub missing: usize,
    /// What the shelf was searched for.
    pub query: String,
}

/// Everything that the builder shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuilderView {
    /// With whom the reader trades.
    pub other: PartyView,
    /// The reader's own.
    pub give: ShelfView,
    /// The other one's.
    pub get: ShelfView,
    /// The trade that is countered, and the version that was seen.
    pub answers: Option<(TradeId, ProposalVersion)>,
    /// The way to exchange of the version that is answered.
    pub method: Method,
    /// How many days the other side has to answer.
    pub reply_days: u16,
    /// Why the other side cannot be asked for a gift; absent when it can.
    pub no_gift: Option<GiftError>,
}

/// How the reader looks at the shelves.
#[derive(Debug, Clone, Default)]
pub struct ShelfSearch<'a> {
    /// Looked for on the reader's own; empty for no search.
    pub give_query: &'a str,
    /// Looked for on the other one's; empty for no search.
    pub get_query: &'a str,
    /// Of the reader's own; the first is 1, and so is 0.
    pub give_page: u32,
    /// The same of the other one's.
    pub get_page: u32,
}

/// The builder for a new trade with the reader of this handle.
///
/// # Errors
/// `NotFound` when there is no such reader or the two may not trade; `Conflict` for
/// one's own shelf; `SignInRequired`.
pub async fn builder(
    cx: &Cx,
    with: &str,
    books: &Books,
    look: &ShelfSearch<'_>,
) -> Result<BuilderView> {
    let reader = cx.reader()?.id;
    let handle = Handle::parse(with).map_err(|_| Error::NotFound)?;
    let partner = members::partner(cx.db(), &handle.key(), reader, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    let other = partner.id;
    if other == reader {
        return Err(Error::Conflict(
            "These books are yours already. Choose another reader to trade with.".into(),
        ));
    }
    if partner.blocked || !partner.status.can_start_things() {
        return Err(Error::NotFound);
    }
    shelves(cx, reader, other, books, look, None, Method::Post).await
}

/// The builder for an answer with other books. Without `books` it starts with those
/// of the current revision.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when the trade cannot be answered so.
pub async fn counter_builder(
    cx: &Cx,
    trade: TradeId,
    books: Option<&Books>,
    look: &ShelfSearch<'_>,
) -> Result<BuilderView> {
    let reader = party(cx, trade).await?;
    let mut conn = cx.db().acquire().await?;
    let rules = load::read(&mut conn, trade).await?.trade;
    drop(conn);
    let mut others = rules
        .parties
        .iter()
        .map(|party| party.user)
        .filter(|&user| user != reader);
    let (Some(other), None) = (others.next(), others.next()) else {
        return Err(Error::Conflict(
            "A ring of several readers cannot be changed. Accept it or decline it.".into(),
        ));
    };
    if rules.sale.is_some() {
        return Err(refusal(TradeError::ForSale));
    }
    if rules.state != TradeState::Proposed || rules.has_accepted(reader) {
        return Err(Error::Conflict(
            "This proposal cannot be changed by you now. Look at the trade again.".into(),
        ));
    }
    let current = Books {
        gives: copies(&rules.items, |item| item.from == reader),
        gets: copies(&rules.items, |item| item.to == reader),
        gift: true,
    };
    let answers = Some((trade, rules.seen()));
    let books = books.unwrap_or(&current);
    shelves(cx, reader, other, books, look, answers, rules.method).await
}

fn copies(
    items: &[dogear_domain::trades::Item],
    wanted: impl Fn(&dogear_domain::trades::Item) -> bool,
) -> Vec<CopyId> {
    items
        .iter()
        .filter(|item| wanted(item))
        .map(|item| item.copy)
        .collect()
}

async fn shelves(
    cx: &Cx,
    reader: UserId,
    other: UserId,
    books: &Books,
    look: &ShelfSearch<'_>,
    answers: Option<(TradeId, ProposalVersion)>,
    method: Method,
) -> Result<BuilderView> {
    let except = answers.map(|(trade, _)| trade);
    let give = Side {
        owner: reader,
        chosen: &books.gives,
        query: look.give_query,
        page: look.give_page,
    };
    let get = Side {
        owner: other,
        chosen: &books.gets,
        query: look.get_query,
        page: look.get_page,
    };
    let taken = members::takes_gift_requests(cx.db(), other).await?;
    let other = parties(&mut *cx.db().acquire().await?, &[other], Some(reader))
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    let get = side(cx, reader, except, &get).await?;
    let free = {
        let mut chosen = get.choices.iter().filter(|choice| choice.chosen).peekable();
        chosen.peek().is_some() && chosen.all(|choice| choice.terms.give)
    };
    Ok(BuilderView {
        other,
        give: side(cx, reader, except, &give).await?,
        get,
        answers,
        method,
        reply_days: policy(cx.db()).await?.reply_days,
        no_gift: check_gift(0, 1, taken || free, true).err(),
    })
}

struct Side<'a> {
    owner: UserId,
    chosen: &'a [CopyId],
    query: &'a str,
    page: u32,
}

async fn side(
    cx: &Cx,
    reader: UserId,
    except: Option<TradeId>,
    side: &Side<'_>,
) -> Result<ShelfView> {
    let mut page = side.page.clamp(1, LAST_PAGE);
    let (rows, found, pages) = loop {
        let query = ShelfQuery {
            owner: side.owner,
            reader,
            chosen: &load::ids(side.chosen),
            except,
            text: &title_key(side.query),
            offset: i64::from(page - 1) * i64::from(SHELF_PAGE),
            most: SHELF_PAGE.into(),
            now: cx.now(),
        };
        let rows = repo::shelf(cx.db(), &query).await?;
        let found = rows.first().map_or(0, |row| row.found);
        let pages = u32::try_from(found)
            .unwrap_or(u32::MAX)
            .div_ceil(SHELF_PAGE)
            .clamp(1, LAST_PAGE);
        if page <= pages {
            break (rows, found, pages);
        }
        // Behind the last one. Where nothing is chosen there is no row to tell which that is.
        page = pages;
    };
    let chosen: HashSet<&CopyId> = side.chosen.iter().collect();
    let there = rows.iter().filter(|row| row.chosen).count();
    let choice = |row: ShelfRow| Choice {
        copy: row.id,
        work: row.work_id,
        title: row.title,
        author: row.author_line,
        grade: row.grade,
        defects: row
            .defects
            .iter()
            .filter_map(|word| word.parse().ok())
            .collect(),
        terms: row.terms,
        chosen: row.chosen,
        available: row.available,
        offers: row.offers,
    };
    Ok(ShelfView {
        choices: rows.into_iter().map(choice).collect(),
        page,
        pages,
        found,
        missing: chosen.len().saturating_sub(there),
        query: side.query.trim().to_owned(),
    })
}
