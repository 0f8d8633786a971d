//! The two shelves from which a trade is put together.

use std::collections::HashSet;

use dogear_domain::fields::{Handle, title_key};
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, TradeId, UserId, WorkId};
use dogear_domain::trades::{Method, ProposalVersion, TradeState};

use super::{PartyView, parties};
use crate::trades::policy;
use crate::trades::propose::Books;
use crate::trades::repo::views::{self as repo, ShelfQuery, ShelfRow};
use crate::trades::repo::{load, members};
use crate::trades::respond::party;
use crate::{Cx, Error, Result};

/// Copies shown of each shelf besides the chosen ones, until the reader asks for more.
const MOST_SHOWN: usize = 10;
/// The same when the reader asks for more.
const MOST_AT_ALL: usize = 500;

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
    /// The chosen copies first, then others in the order of their titles.
    pub choices: Vec<Choice>,
    /// How many more there are.
    pub more: usize,
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
}

/// How the reader looks at the shelves.
#[derive(Debug, Clone, Default)]
pub struct ShelfSearch<'a> {
    /// Looked for on the reader's own; empty for no search.
    pub give_query: &'a str,
    /// Looked for on the other one's; empty for no search.
    pub get_query: &'a str,
    /// More of the reader's own than fit at first.
    pub all_to_give: bool,
    /// More of the other one's than fit at first.
    pub all_to_get: bool,
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
    if rules.state != TradeState::Proposed || rules.has_accepted(reader) {
        return Err(Error::Conflict(
            "This proposal cannot be changed by you now. Look at the trade again.".into(),
        ));
    }
    let current = Books {
        gives: copies(&rules.items, |item| item.from == reader),
        gets: copies(&rules.items, |item| item.to == reader),
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
        all: look.all_to_give,
    };
    let get = Side {
        owner: other,
        chosen: &books.gets,
        query: look.get_query,
        all: look.all_to_get,
    };
    let other = parties(&mut *cx.db().acquire().await?, &[other])
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    Ok(BuilderView {
        other,
        give: side(cx, reader, except, &give).await?,
        get: side(cx, reader, except, &get).await?,
        answers,
        method,
        reply_days: policy(cx.db()).await?.reply_days,
    })
}

struct Side<'a> {
    owner: UserId,
    chosen: &'a [CopyId],
    query: &'a str,
    all: bool,
}

async fn side(
    cx: &Cx,
    reader: UserId,
    except: Option<TradeId>,
    side: &Side<'_>,
) -> Result<ShelfView> {
    let most = if side.all { MOST_AT_ALL } else { MOST_SHOWN };
    let query = ShelfQuery {
        owner: side.owner,
        reader,
        chosen: &load::ids(side.chosen),
        except,
        text: &title_key(side.query),
        most: (MOST_AT_ALL + side.chosen.len() + 1) as i64,
        now: cx.now(),
    };
    let rows = repo::shelf(cx.db(), &query).await?;
    let chosen: HashSet<&CopyId> = side.chosen.iter().collect();
    let found = rows.iter().filter(|row| row.chosen).count();
    let shown = side.chosen.len() + most;
    let more = rows.len().saturating_sub(shown);
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
        chosen: row.chosen,
        available: row.available,
        offers: row.offers,
    };
    Ok(ShelfView {
        choices: rows.into_iter().take(shown).map(choice).collect(),
        more,
        missing: chosen.len().saturating_sub(found),
        query: side.query.trim().to_owned(),
    })
}
