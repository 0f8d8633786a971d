//! What was asked for, read from an address and always made fit to use.

use std::borrow::Cow;

use dogear_domain::edition::{Format, language_name};
use dogear_domain::fields::title_key;
use dogear_domain::grade::Grade;

/// Longer questions are cut here: no title has more characters.
const LONGEST: usize = 200;
/// More choices in one facet are dropped.
const MOST_CHOICES: usize = 24;

/// The order of a list of works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// Best match when something was typed, else the newest copies.
    #[default]
    Best,
    /// Newest copies first.
    Newest,
    /// By title, articles left aside.
    Title,
    /// Most copies first.
    Copies,
}

impl Sort {
    /// Every order, as offered.
    pub const ALL: [Self; 4] = [Self::Best, Self::Newest, Self::Title, Self::Copies];

    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Newest => "newest",
            Self::Title => "title",
            Self::Copies => "copies",
        }
    }

    /// The name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Best => "best match",
            Self::Newest => "newest copies",
            Self::Title => "title",
            Self::Copies => "most copies",
        }
    }
}

/// A question to browse: what was typed, what was ticked, which page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// As typed, without control characters, at most 200 characters.
    pub q: String,
    /// Slugs of genres; any of them.
    pub genres: Vec<String>,
    /// Language codes; any of them.
    pub languages: Vec<String>,
    /// Any of them.
    pub formats: Vec<Format>,
    /// The least grade.
    pub grade: Option<Grade>,
    /// A town or region.
    pub near: String,
    /// Also works that nobody offers now.
    pub all: bool,
    pub sort: Sort,
    /// From 1.
    pub page: u64,
    /// What was typed is meant as it stands: nothing is corrected.
    pub verbatim: bool,
    /// Any of the words will do. Never asked for: a last resort when nothing has them all.
    pub any_word: bool,
}

impl Query {
    /// Reads the pairs of an address. What is unknown or malformed is passed over.
    pub fn from_pairs<'a>(pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        let mut query = Self {
            page: 1,
            ..Self::default()
        };
        for (name, value) in pairs.take(200) {
            match &*name {
                "q" => query.q = clean(&value, LONGEST),
                "genre" if is_slug(&value) => add(&mut query.genres, value.into_owned()),
                "language" if language_name(&value).is_some() => {
                    add(&mut query.languages, value.into_owned());
                }
                "format" => {
                    if let Ok(format) = value.parse() {
                        add(&mut query.formats, format);
                    }
                }
                "grade" => query.grade = value.parse().ok(),
                "near" => query.near = clean(&value, 80),
                "all" => query.all = value == "1",
                "sort" => {
                    if let Some(sort) = Sort::ALL.iter().find(|sort| sort.as_str() == value) {
                        query.sort = *sort;
                    }
                }
                "page" => query.page = value.parse().unwrap_or(1).max(1),
                "verbatim" => query.verbatim = value == "1",
                _ => {}
            }
        }
        query
    }

    /// Whether any filter is on, what was typed aside.
    pub fn is_filtered(&self) -> bool {
        !(self.genres.is_empty()
            && self.languages.is_empty()
            && self.formats.is_empty()
            && self.grade.is_none()
            && self.near.is_empty())
    }

    /// Whether a filter is on that some copies of a work may pass and others not.
    pub fn chooses_copies(&self) -> bool {
        self.grade.is_some()
            || !(self.near.is_empty() && self.formats.is_empty() && self.languages.is_empty())
    }

    /// The same question on its first page, changed by `change`.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut query = self.clone();
        query.page = 1;
        change(&mut query);
        query
    }

    /// What the counts depend on: everything but order and page.
    pub(super) fn counted(&self) -> String {
        format!(
            "{:?}",
            (
                &self.q,
                self.any_word,
                &self.genres,
                &self.languages,
                &self.formats,
                self.grade,
                title_key(&self.near),
                self.all,
            )
        )
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if list.len() < MOST_CHOICES && !list.contains(&value) {
        list.push(value);
    }
}

fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

fn clean(text: &str, longest: usize) -> String {
    let text: String = text
        .chars()
        .map(|symbol| if symbol.is_control() { ' ' } else { symbol })
        .take(longest)
        .collect();
    text.trim().to_owned()
}

/// What was typed, in the terms of the full-text search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// For `websearch_to_tsquery`.
    pub websearch: String,
    /// For `to_tsquery`: the last word, which may be unfinished; or empty.
    pub prefix: String,
    /// For comparison with title keys.
    pub key: String,
    /// Titles that begin with the key are meant, too: the one word is too short to be
    /// the beginning of any word.
    pub begins: bool,
}

/// In scripts with letters, shorter beginnings of words match too much to be of use.
const SHORTEST_PREFIX: usize = 3;

impl Words {
    /// `None` when nothing was typed.
    pub fn of(query: &Query) -> Option<Self> {
        let q = query.q.as_str();
        if q.is_empty() {
            return None;
        }
        let key = title_key(q);
        if query.any_word {
            return Some(Self {
                websearch: key.split(' ').collect::<Vec<_>>().join(" or "),
                prefix: String::new(),
                begins: false,
                key,
            });
        }
        let whole = Self {
            websearch: q.to_owned(),
            prefix: String::new(),
            begins: false,
            key: key.clone(),
        };
        let (head, last) = q.rsplit_once(char::is_whitespace).unwrap_or(("", q));
        let after_or = head
            .split_whitespace()
            .next_back()
            .is_some_and(|word| word.eq_ignore_ascii_case("or"));
        if q.contains('"') || last.starts_with('-') || after_or {
            return Some(whole);
        }
        // Quoted, so that nothing in it is an operator.
        let last: String = last
            .chars()
            .map(|symbol| {
                if matches!(symbol, '\'' | '\\') {
                    ' '
                } else {
                    symbol
                }
            })
            .collect();
        if !last.chars().any(char::is_alphanumeric) {
            return Some(whole);
        }
        if head.is_empty() && key.is_ascii() && key.len() < SHORTEST_PREFIX && !key.is_empty() {
            return Some(Self {
                begins: true,
                ..whole
            });
        }
        Some(Self {
            websearch: head.to_owned(),
            prefix: format!("'{last}':*"),
            begins: false,
            key,
        })
    }
}
