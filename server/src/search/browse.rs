//! Answers a [`Query`]: straight to a book for an ISBN, otherwise a page of works with facets.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use dogear_domain::fields::title_key;
use dogear_domain::ids::WorkId;
use dogear_domain::isbn::{Isbn13, IsbnError, looks_like_isbn};
use moka::future::Cache;

use super::query::{CountKey, Query, Sort, TextQuery};
use super::repo::SearchParams;
use super::{WorkLine, repo, typos};
use crate::places::{self, Nearby};
use crate::{Cx, Result};

/// Works on one page.
pub const PER_PAGE: u32 = 24;
/// Later pages are not shown: filters find better than leafing.
pub const DEEPEST: u32 = 100;
/// So few works may be those of a typing error.
const FEW: i64 = 2;
/// Counts may be this old.
const COUNTS_FRESH: Duration = Duration::from_secs(10);
/// The names of towns change seldom.
const PLACES_FRESH: Duration = Duration::from_mins(1);

/// A value of a facet and what choosing it would show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As it stands in addresses.
    pub value: String,
    /// What people read; empty when `value` has a name elsewhere.
    pub label: String,
    /// Works that choosing it shows, given the other filters.
    pub books: i64,
    /// There may be more than that.
    pub at_least: bool,
}

/// All counts of one question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    /// In the order of the list of genres.
    pub genres: Vec<Choice>,
    /// Most frequent first.
    pub languages: Vec<Choice>,
    /// In no particular order.
    pub formats: Vec<Choice>,
    /// Works whose best copy has exactly this grade.
    pub grades: Vec<Choice>,
    /// In no particular order.
    pub offers: Vec<Choice>,
    /// The six most frequent towns and regions.
    pub places: Vec<Choice>,
    /// Works with a copy at most so many kilometres from the place asked for; empty when
    /// nobody knows where that is.
    pub within: Vec<Choice>,
    /// By the first year of each span.
    pub years: Vec<Choice>,
    /// `total` and `copies` (everything asked for), one per filter in use: what there is without
    /// it; and when there is nothing, `matches` (whether the text alone finds anything, also
    /// without copies), `availability` and `filters` (none of them).
    sums: HashMap<String, i64>,
}

impl Facets {
    /// Works that answer the whole question; from 5,000 on there may be more.
    pub fn total(&self) -> i64 {
        self.sum("total")
    }

    /// Copies of them that can be asked for now.
    pub fn copies(&self) -> i64 {
        self.sum("copies")
    }

    /// Works there would be without the filter `facet`: `genre`, `language`, `format`,
    /// `grade`, `offer`, `price`, `near` or `year`; when there are none also `availability`, or `filters` for all of them.
    pub fn without(&self, facet: &str) -> i64 {
        self.sums
            .get(facet)
            .copied()
            .unwrap_or_else(|| self.total())
    }

    /// Whether what was typed finds anything at all.
    fn matches(&self) -> bool {
        self.total() > 0 || self.sum("matches") > 0
    }

    fn sum(&self, name: &str) -> i64 {
        self.sums.get(name).copied().unwrap_or(0)
    }
}

/// A page of works.
#[derive(Debug, Clone)]
pub struct Listing {
    /// What is shown: with typing errors mended, on a page that exists.
    pub query: Query,
    /// What was typed, when something else is shown instead: other words, or books with
    /// some of the words only (`query.any_word`).
    pub instead_of: Option<String>,
    /// Other words that are nearly those typed, and how many works they find: said where those
    /// typed find few, which may have them by a typing error of whoever entered the book.
    pub alike: Option<(String, i64)>,
    /// What there is besides, by filter.
    pub facets: Arc<Facets>,
    /// Those of this page, in the order asked for.
    pub works: Vec<WorkLine>,
    /// At most [`DEEPEST`].
    pub pages: u32,
    /// An ISBN was typed that leads to no book here: the number, or what is wrong with it.
    pub isbn: Option<Result<Isbn13, IsbnError>>,
    /// The signed-in reader's town.
    pub town: Option<String>,
    /// Whether distances from the place asked for are known.
    pub located: bool,
}

/// The answer to a [`Query`].
#[derive(Debug, Clone)]
pub enum Found {
    /// The ISBN of this work's edition was typed.
    Book(WorkId, String),
    /// Works, or why there are none.
    Listing(Box<Listing>),
    /// A page beyond [`DEEPEST`] was asked for.
    TooDeep,
}

/// Answers questions and remembers counts for a moment. Cheap to clone.
#[derive(Clone)]
pub struct Browse {
    /// By what is counted, and the town in the middle.
    counts: Cache<(CountKey, Option<i32>), Arc<Facets>>,
    places: Cache<(), Arc<HashMap<String, String>>>,
}

impl Default for Browse {
    fn default() -> Self {
        Self {
            counts: Cache::builder()
                .max_capacity(2000)
                .time_to_live(COUNTS_FRESH)
                .build(),
            places: Cache::builder()
                .max_capacity(1)
                .time_to_live(PLACES_FRESH)
                .build(),
        }
    }
}

impl Browse {
    /// Drops what is remembered of counts, for measuring.
    pub fn forget(&self) {
        self.counts.invalidate_all();
    }

    /// Answers `query`.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn find(&self, cx: &Cx, mut query: Query) -> Result<Found> {
        query.page = query.page.max(1);
        if query.page > DEEPEST {
            return Ok(Found::TooDeep);
        }
        let isbn = looks_like_isbn(&query.q).then(|| Isbn13::parse(&query.q));
        if let Some(Ok(isbn)) = &isbn
            && let Some((work, slug)) = by_isbn(cx, *isbn).await?
        {
            return Ok(Found::Book(work, slug));
        }
        let town = town(cx);
        let middle = match (query.near.as_str(), query.sort) {
            ("", Sort::Nearest) => town.as_deref().unwrap_or_default(),
            (near, _) => near,
        };
        let circle = places::towns_near(cx, middle).await?;
        if circle.is_none() {
            query.within = None;
        }
        let circle = circle.as_ref();
        let (mut query, instead_of, facets) = match isbn {
            // Numbers are never searched as words, and never corrected.
            Some(_) => (query, None, Arc::default()),
            None => self.count(cx, query, circle).await?,
        };
        let alike = match (&isbn, &instead_of) {
            (None, None) => self.alike(cx, &query, &facets, circle).await?,
            _ => None,
        };
        let most = i64::from(PER_PAGE * DEEPEST);
        let shown = u32::try_from(facets.total().clamp(0, most)).unwrap_or(0);
        let pages = shown.div_ceil(PER_PAGE);
        if query.page > pages {
            query.page = 1;
        }
        let works = if facets.total() == 0 {
            Vec::new()
        } else {
            let words = TextQuery::of(&query);
            let asked = SearchParams {
                query: &query,
                words: words.as_ref(),
                circle,
            };
            repo::page(cx.db(), &asked).await?
        };
        Ok(Found::Listing(Box::new(Listing {
            query,
            instead_of,
            alike,
            facets,
            works,
            pages,
            isbn,
            town,
            located: circle.is_some(),
        })))
    }

    /// The counts for `query`, or for what was probably meant when its words match nothing.
    async fn count(
        &self,
        cx: &Cx,
        query: Query,
        circle: Option<&Nearby>,
    ) -> Result<(Query, Option<String>, Arc<Facets>)> {
        let facets = self.facets(cx, &query, circle).await?;
        if facets.matches() || query.q.is_empty() || query.verbatim {
            return Ok((query, None, facets));
        }
        let better = typos::correct(cx.db(), &query.q).await?;
        let mended = Query {
            q: better.clone().unwrap_or_else(|| query.q.clone()),
            ..query.clone()
        };
        if better.is_some() {
            let found = self.facets(cx, &mended, circle).await?;
            if found.matches() {
                return Ok((mended, Some(query.q), found));
            }
        }
        // Operators say exactly what is meant.
        let plain =
            !query.q.contains('"') && !query.q.split_whitespace().any(|word| word.starts_with('-'));
        if plain && query.q.split_whitespace().nth(1).is_some() {
            let some = Query {
                any_word: true,
                ..mended
            };
            let found = self.facets(cx, &some, circle).await?;
            if found.matches() {
                return Ok((some, Some(query.q), found));
            }
        }
        Ok((query, None, facets))
    }

    /// What else may have been meant by words that find few books, when it finds more.
    async fn alike(
        &self,
        cx: &Cx,
        query: &Query,
        facets: &Facets,
        circle: Option<&Nearby>,
    ) -> Result<Option<(String, i64)>> {
        let found = facets.total();
        if query.q.is_empty() || query.verbatim || query.page > 1 || !(1..=FEW).contains(&found) {
            return Ok(None);
        }
        let Some(other) = typos::alike(cx.db(), &query.q).await? else {
            return Ok(None);
        };
        let asked = Query {
            q: other.clone(),
            ..query.clone()
        };
        let books = self.facets(cx, &asked, circle).await?.total();
        Ok((books > 0).then_some((other, books)))
    }

    async fn facets(&self, cx: &Cx, query: &Query, circle: Option<&Nearby>) -> Result<Arc<Facets>> {
        let middle = circle.and_then(|circle| circle.towns.first());
        let key = (query.count_key(), middle.map(|nearest| nearest.town));
        if let Some(facets) = self.counts.get(&key).await {
            return Ok(facets);
        }
        let mut facets = Facets::default();
        let words = TextQuery::of(query);
        let asked = SearchParams {
            query,
            words: words.as_ref(),
            circle,
        };
        let mut counts = repo::counts(cx.db(), &asked).await?;
        let nothing = |count: &repo::Count| count.value == "total" && count.books == 0;
        if counts.iter().any(nothing) {
            counts.extend(repo::relaxed_counts(cx.db(), &asked).await?);
        }
        for count in counts {
            let list = match count.facet.as_str() {
                "genre" => &mut facets.genres,
                "language" => &mut facets.languages,
                "format" => &mut facets.formats,
                "grade" => &mut facets.grades,
                "offer" => &mut facets.offers,
                "near" => &mut facets.places,
                "within" => &mut facets.within,
                "year" => &mut facets.years,
                _ => {
                    facets.sums.insert(count.value, count.books);
                    continue;
                }
            };
            list.push(Choice {
                value: count.value,
                label: count.label,
                books: count.books,
                at_least: false,
            });
        }
        for (name, list) in [
            ("genre", &mut facets.genres),
            ("language", &mut facets.languages),
            ("format", &mut facets.formats),
            ("grade", &mut facets.grades),
            ("offer", &mut facets.offers),
            ("near", &mut facets.places),
            ("near", &mut facets.within),
            ("year", &mut facets.years),
        ] {
            let of = facets.sums.get(name).or_else(|| facets.sums.get("total"));
            let at_least = of.is_some_and(|of| *of > repo::COUNT_LIMIT);
            for choice in list {
                choice.at_least = at_least;
            }
        }
        let names = self.place_names(cx).await?;
        for place in &mut facets.places {
            place.label = names.get(&place.value).unwrap_or(&place.value).clone();
        }
        let facets = Arc::new(facets);
        self.counts.insert(key, Arc::clone(&facets)).await;
        Ok(facets)
    }

    /// Folded names of towns and regions, and how their people write them.
    async fn place_names(&self, cx: &Cx) -> Result<Arc<HashMap<String, String>>> {
        if let Some(names) = self.places.get(&()).await {
            return Ok(names);
        }
        let names = repo::names::place_names(cx.db(), cx.now()).await?;
        let names = Arc::new(names.into_iter().collect::<HashMap<_, _>>());
        self.places.insert((), Arc::clone(&names)).await;
        Ok(names)
    }
}

/// The work with this ISBN, and its slug.
///
/// # Errors
/// When the database does not answer in time.
pub async fn by_isbn(cx: &Cx, isbn: Isbn13) -> Result<Option<(WorkId, String)>> {
    repo::names::work_by_isbn(cx.db(), isbn).await
}

fn town(cx: &Cx) -> Option<String> {
    let town = &cx.actor.as_ref()?.city;
    (!title_key(town).is_empty()).then(|| town.clone())
}
