//! Questions that readers keep, and are told about when new copies answer them.

use std::str::FromStr;

use dogear_domain::fields::{FieldProblem, SearchWords};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};

use super::query::{Query, TextQuery};
pub(crate) use super::repo::saved::erase;
use super::repo::saved::{Due, SavedRow};
use super::repo::{self, SearchParams};
use crate::jobs::schedule::{Interval, Schedule};
use crate::mail::templates;
use crate::notifications::{Facts, Kind, notify};
use crate::{Cx, Error, Result, places};

/// The most bytes of a search that is kept.
const LONGEST: usize = 4000;
/// Saved searches of one reader.
const MOST: i64 = 50;
/// A reader hears of one search at most this often.
const TOLD_EVERY: SignedDuration = SignedDuration::from_hours(20);
/// Searches looked at in one run.
const BATCH: i64 = 200;

/// A question that a reader keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedSearch {
    /// By which forms name it.
    pub id: i64,
    /// What is asked, on its first page.
    pub query: Query,
    /// As it was saved: the pairs of an address.
    pub pairs: String,
    /// Whether the reader is told of new copies.
    pub alert: bool,
    /// When it was saved.
    pub created_at: Timestamp,
}

impl From<SavedRow> for SavedSearch {
    fn from(row: SavedRow) -> Self {
        Self {
            id: row.id,
            query: read(&row.query),
            alert: row.alert,
            created_at: row.created_at.to_jiff(),
            pairs: row.query,
        }
    }
}

fn read(pairs: &str) -> Query {
    let mut query = Query::from_pairs(url::form_urlencoded::parse(pairs.as_bytes()));
    query.page = 1;
    query
}

/// The searches of whoever asks, newest first.
///
/// # Errors
/// `SignInRequired`.
pub async fn saved(cx: &Cx) -> Result<Vec<SavedSearch>> {
    let rows = repo::saved::of(cx.db(), cx.reader()?.id).await?;
    Ok(rows.into_iter().map(SavedSearch::from).collect())
}

/// A search that can be kept: the pairs of an address in their normal order, whose values are
/// text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs(String);

impl FromStr for Pairs {
    type Err = FieldProblem;

    /// Reads what stands behind the question mark of an address.
    fn from_str(typed: &str) -> std::result::Result<Self, FieldProblem> {
        let mut asks = Vec::new();
        for (name, value) in url::form_urlencoded::parse(typed.as_bytes()) {
            if name != "page" {
                asks.push((SearchWords::parse(&name)?, SearchWords::parse(&value)?));
            }
        }
        let pairs = || asks.iter().map(|(name, value)| (&***name, &***value));
        let query = Query::from_pairs(pairs().map(|(name, value)| (name.into(), value.into())));
        if query.q.is_empty() && !query.is_filtered() {
            return Err(
                "Type something or choose a filter first: then there is a search to keep.".into(),
            );
        }
        let pairs = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs())
            .finish();
        if pairs.len() > LONGEST {
            return Err("This search has too many filters to be kept. Take some off.".into());
        }
        Ok(Self(pairs))
    }
}

/// One of the searches of whoever asks.
///
/// # Errors
/// `SignInRequired`, `NotFound`.
pub async fn one(cx: &Cx, id: i64) -> Result<SavedSearch> {
    let row = repo::saved::one(cx.db(), id, cx.reader()?.id).await?;
    row.map(SavedSearch::from).ok_or(Error::NotFound)
}

/// Keeps a question for whoever asks, and gives its number. Kept already, it stays as it is.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `Invalid` (field `query`) when the reader has 50 already.
pub async fn save(cx: &Cx, pairs: &Pairs) -> Result<i64> {
    let reader = cx.member()?.id;
    let mut tx = cx.begin().await?;
    // One at a time per reader, so that the number holds.
    repo::saved::lock_reader(&mut tx, reader).await?;
    let kept = repo::saved::kept(&mut tx, reader, &pairs.0).await?;
    if !kept.known && kept.searches >= MOST {
        return Err(Error::field(
            "query",
            "You keep 50 searches already. Remove one first.",
        ));
    }
    let id = repo::saved::insert(&mut tx, reader, &pairs.0, cx.now()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Removes a search of whoever asks and returns its pairs, for [`save`] to take it back.
///
/// # Errors
/// `SignInRequired`, `NotFound`.
pub async fn remove(cx: &Cx, id: i64) -> Result<String> {
    repo::saved::delete(cx.db(), id, cx.reader()?.id)
        .await?
        .ok_or(Error::NotFound)
}

/// Whether whoever asks is told of new copies for this search.
///
/// # Errors
/// `SignInRequired`, `NotFound`.
pub async fn set_alert(cx: &Cx, id: i64, alert: bool) -> Result<()> {
    let reader = cx.reader()?.id;
    if !repo::saved::set_alert(cx.db(), id, reader, alert, cx.now()).await? {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Tells readers of new copies, each search at most once a day.
pub(super) fn schedule() -> Schedule {
    Schedule {
        name: "tell readers of new copies for their searches",
        when: Interval::Every(SignedDuration::from_mins(30)),
        run: |cx| async move { tell(&cx).await }.boxed(),
    }
}

pub(super) async fn tell(cx: &Cx) -> Result<()> {
    let mut after = 0_i64;
    loop {
        let now = cx.now();
        let due = repo::saved::due(cx.db(), now - TOLD_EVERY, after, BATCH, now).await?;
        let Some(last) = due.last() else {
            return Ok(());
        };
        after = last.id;
        for search in due {
            // One that takes too long or fails is not to keep the others waiting.
            if let Err(error) = tell_of(cx, &search).await {
                tracing::warn!(search = search.id, %error, "not looked at");
            }
        }
    }
}

async fn tell_of(cx: &Cx, due: &Due) -> Result<()> {
    let query = read(&due.query);
    let circle = places::towns_near(cx, &query.near).await?;
    let words = TextQuery::of(&query);
    let asked = SearchParams {
        query: &query,
        words: words.as_ref(),
        circle: circle.as_ref(),
    };
    let since = due.seen_at.to_jiff();
    let new = repo::newer(cx.db(), &asked, due.user_id, since, cx.now()).await?;
    if new.books == 0 {
        return Ok(());
    }
    let path = dogear_urls::browse_newest(&due.query);
    let what = match (new.books, new.title.as_str()) {
        (1, title) => format!("“{title}”"),
        (2, title) => format!("“{title}” and one more book"),
        (books, title) => format!("“{title}” and {} more books", books - 1),
    };
    let facts = Facts {
        what: what.clone(),
        reason: query.in_words(),
        path: path.clone(),
        ..Facts::default()
    };
    let heading = format!("New for your search {}: {what}", query.in_words());
    let letter = templates::notice(
        &cx.services.settings,
        &heading,
        &heading,
        &["Copies that can be asked for now have been listed since you last heard of this search."],
        &path,
    );
    let mut tx = cx.begin().await?;
    if repo::saved::claim(&mut tx, due.id, since, cx.now()).await? {
        let key = format!("search:{}:{}", due.id, since.as_millisecond());
        notify(
            cx,
            &mut tx,
            due.user_id,
            Kind::SearchAnswered,
            &facts,
            &key,
            Some(letter),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(())
}
