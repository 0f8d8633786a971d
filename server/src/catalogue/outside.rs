//! An outside catalogue, asked for ISBNs that nobody has entered yet. Off unless the
//! operator names one: the answer fills in a form that a reader looks at, and nothing else.
//!
//! It speaks as Open Library's books API does:
//! <https://openlibrary.org/dev/docs/api/books>.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use dogear_catalogue_formats::values;
use dogear_domain::isbn::Isbn13;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use url::Url;

use super::repo;
use crate::limits::OUTSIDE;
use crate::outside::{Anywhere, agent};
use crate::{Cx, Error, Result};

/// Somebody waits for the page.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of an answer; real ones have a few thousand.
const LONGEST: u64 = 256 * 1024;
/// Questions under way at once, in this process.
static ROOM: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(4)));
/// Catalogues that failed a moment ago; they are left alone for a minute.
static RESTING: LazyLock<moka::future::Cache<String, ()>> = LazyLock::new(|| {
    moka::future::Cache::builder()
        .max_capacity(16)
        .time_to_live(Duration::from_mins(1))
        .build()
});
/// Days for which an answer holds, and for which the lack of one does; then the clean-up
/// takes it away.
const KNOWN: i64 = 90;
const UNKNOWN: i64 = 7;

/// What the outside catalogue says of an edition, in the words of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// Without the subtitle.
    pub title: String,
    /// May be empty.
    pub subtitle: String,
    /// Separated by semicolons.
    pub authors: String,
    /// May be empty.
    pub publisher: String,
    /// Of the edition; may be empty.
    pub year: String,
}

/// What the outside catalogue says of `isbn`, and its host. None when there is no such
/// catalogue, when it does not know the number, and when it does not answer in time:
/// whoever asks can type it.
///
/// # Errors
/// Those of the database.
pub async fn described(cx: &Cx, isbn: Isbn13) -> Result<Option<(Described, String)>> {
    let Some(base) = &cx.services.settings.lookup_url else {
        return Ok(None);
    };
    let host = base.host_str().unwrap_or_default().to_owned();
    let now = cx.now();
    let since = |days| now - SignedDuration::from_hours(24 * days);
    if let Some(answer) = repo::answers::kept(cx.db(), isbn, since(KNOWN), since(UNKNOWN)).await? {
        return Ok(answer.map(|answer| (answer, host)));
    }
    let resting = base.authority().to_owned();
    if RESTING.contains_key(&resting) || cx.limit_by_caller(OUTSIDE).await.is_err() {
        return Ok(None);
    }
    let Ok(room) = ROOM.clone().try_acquire_owned() else {
        return Ok(None);
    };
    let (base, anywhere) = (base.clone(), cx.services.settings.development);
    let asked = tokio::task::spawn_blocking(move || {
        let _room = room;
        ask(&base, isbn, anywhere)
    })
    .await
    .map_err(Error::internal)?;
    match asked {
        Ok(answer) => {
            repo::answers::keep(cx.db(), isbn, answer.as_ref(), now).await?;
            Ok(answer.map(|answer| (answer, host)))
        }
        Err(error) => {
            tracing::warn!(%error, %host, "the outside catalogue does not answer");
            RESTING.insert(resting, ()).await;
            Ok(None)
        }
    }
}

/// Asks the one host that the operator named. It is not followed elsewhere, and unless
/// `anywhere` its name has to lead to a public address over TLS.
fn ask(
    base: &Url,
    isbn: Isbn13,
    anywhere: bool,
) -> std::result::Result<Option<Described>, ureq::Error> {
    let agent = agent(PATIENCE, Anywhere(anywhere));
    let key = format!("ISBN:{isbn}");
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["api", "books"]);
    }
    url.query_pairs_mut().extend_pairs([
        ("bibkeys", key.as_str()),
        ("format", "json"),
        ("jscmd", "data"),
    ]);
    let mut answer = agent.get(url.as_str()).call()?;
    let bytes = answer
        .body_mut()
        .with_config()
        .limit(LONGEST)
        .read_to_vec()?;
    let mut books: std::collections::HashMap<String, Book> =
        serde_json::from_slice(&bytes).map_err(|error| ureq::Error::Other(Box::new(error)))?;
    Ok(books.remove(&key).and_then(Book::described))
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Book {
    #[serde(default)]
    title: String,
    #[serde(default)]
    subtitle: String,
    #[serde(default)]
    authors: Vec<Named>,
    #[serde(default)]
    publishers: Vec<Named>,
    #[serde(default)]
    publish_date: String,
}

impl Book {
    /// None without a title.
    fn described(self) -> Option<Described> {
        let names: Vec<String> = self
            .authors
            .iter()
            .take(10)
            .map(|author| values::line(&author.name, 120).replace(';', ","))
            .filter(|name| !name.is_empty())
            .collect();
        let title = values::line(&self.title, values::LINE);
        (!title.is_empty()).then(|| Described {
            title,
            subtitle: values::line(&self.subtitle, values::LINE),
            authors: names.join("; "),
            publisher: self
                .publishers
                .first()
                .map(|publisher| values::line(&publisher.name, 120))
                .unwrap_or_default(),
            year: values::year(&self.publish_date, 1000)
                .map(|year| year.to_string())
                .unwrap_or_default(),
        })
    }
}

#[cfg(test)]
#[path = "outside_tests.rs"]
mod tests;
