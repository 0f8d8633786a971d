//! What was asked for, read from an address and always made fit to use.

use std::borrow::Cow;

use dogear_domain::edition::{Format, language_name};
use dogear_domain::fields::{is_common, title_key};
use dogear_domain::grade::Grade;
use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::Offer;
use dogear_domain::whereabouts::CIRCLES;

/// Longer questions are cut here: no title has more characters.
pub(super) const LONGEST: usize = 200;
/// Longer names of places are cut here.
pub(super) const LONGEST_PLACE: usize = 80;
/// More choices in one facet are dropped.
pub(super) const MOST_CHOICES: usize = 24;

/// Years a book can be from.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = -3000..=2100;

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
    /// The nearest copy first, seen from the place asked for or the reader's own town.
    Nearest,
    /// What most readers have asked for in trades first.
    Wanted,
}

impl Sort {
    /// Every order, as offered.
    pub const ALL: [Self; 6] = [
        Self::Best,
        Self::Newest,
        Self::Nearest,
        Self::Wanted,
        Self::Title,
        Self::Copies,
    ];

    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Newest => "newest",
            Self::Title => "title",
            Self::Copies => "copies",
            Self::Nearest => "nearest",
            Self::Wanted => "wanted",
        }
    }

    /// The name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Best => "best match",
            Self::Newest => "newest copies",
            Self::Title => "title",
            Self::Copies => "most copies",
            Self::Nearest => "nearest",
            Self::Wanted => "most asked for",
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
    /// What copies are offered for; any of them.
    pub offers: Vec<Offer>,
    /// For sale for no more than this.
    pub most: Option<Money>,
    /// A town or region.
    pub near: String,
    /// Towns so many kilometres around `near` count, too.
    pub within: Option<u32>,
    /// The earliest year of the work; negative before our era.
    pub from: Option<i32>,
    /// The latest year of the work.
    pub to: Option<i32>,
    /// Also works that nobody offers now.
    pub all: bool,
    /// In which order.
    pub sort: Sort,
    /// From 1.
    pub page: u32,
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
        let (mut most, mut currency) = (String::new(), Currency::Eur);
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
                "offer" => {
                    let known = Offer::CHOOSABLE.iter().find(|way| way.as_str() == value);
                    if let Some(way) = known {
                        add(&mut query.offers, *way);
                    }
                }
                "most" => most = clean(&value, 20),
                "currency" => currency = value.parse().unwrap_or(currency),
                "near" => query.near = clean(&value, LONGEST_PLACE),
                "within" => {
                    query.within = value.parse().ok().filter(|km| CIRCLES.contains(km));
                }
                "from" => query.from = year(&value),
                "to" => query.to = year(&value),
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
        query.most = Money::parse_price(&most, currency).ok();
        if query.near.is_empty() {
            query.within = None;
        }
        if let (Some(from), Some(to)) = (query.from, query.to)
            && from > to
        {
            (query.from, query.to) = (Some(to), Some(from));
        }
        query
    }

    /// Whether any filter is on, what was typed aside.
    pub fn is_filtered(&self) -> bool {
        !(self.genres.is_empty()
            && self.languages.is_empty()
            && self.formats.is_empty()
            && self.grade.is_none()
            && self.offers.is_empty()
            && self.most.is_none()
            && self.near.is_empty()
            && !self.has_years())
    }

    /// Whether it asks for works of certain years.
    pub fn has_years(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Whether a filter is on that some copies of a work may pass and others not.
    pub fn chooses_copies(&self) -> bool {
        self.grade.is_some()
            || self.most.is_some()
            || !self.offers.is_empty()
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

    /// The question as somebody would say it: “dune”, in French, near Ghent.
    pub fn in_words(&self) -> String {
        let mut words = Vec::new();
        if !self.q.is_empty() {
            words.push(format!("“{}”", self.q));
        }
        words.extend(self.genres.iter().map(|genre| genre.replace('-', " ")));
        let languages = self.languages.iter().filter_map(|code| language_name(code));
        words.extend(languages.map(|language| format!("in {language}")));
        words.extend(
            self.formats
                .iter()
                .map(|format| format.label().to_lowercase()),
        );
        words.extend(self.grade.map(|grade| match grade {
            Grade::AsNew => "as new".to_owned(),
            grade => format!("{} or better", grade.label().to_lowercase()),
        }));
        words.extend(self.offers.iter().map(|offer| offer.sought().to_owned()));
        words.extend(self.most.map(|most| format!("up to {}", most.said())));
        if let Some(within) = self.within {
            words.push(format!("within {within} km of {}", self.near));
        } else if !self.near.is_empty() {
            words.push(format!("near {}", self.near));
        }
        words.extend(self.from.map(|year| format!("from {year}")));
        words.extend(self.to.map(|year| format!("until {year}")));
        if words.is_empty() {
            return "every book".into();
        }
        words.join(", ")
    }

    /// What the counts depend on: everything but order and page.
    pub(super) fn count_key(&self) -> CountKey {
        CountKey {
            q: self.q.clone(),
            any_word: self.any_word,
            genres: self.genres.clone(),
            languages: self.languages.clone(),
            formats: self.formats.clone(),
            grade: self.grade,
            offers: self.offers.clone(),
            most: self.most,
            near: title_key(&self.near),
            within: self.within,
            from: self.from,
            to: self.to,
            all: self.all,
        }
    }
}

/// The part of a question on which its counts depend, by which they are remembered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CountKey {
    q: String,
    any_word: bool,
    genres: Vec<String>,
    languages: Vec<String>,
    formats: Vec<Format>,
    grade: Option<Grade>,
    offers: Vec<Offer>,
    most: Option<Money>,
    /// Folded.
    near: String,
    within: Option<u32>,
    from: Option<i32>,
    to: Option<i32>,
    all: bool,
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if list.len() < MOST_CHOICES && !list.contains(&value) {
        list.push(value);
    }
}

fn year(text: &str) -> Option<i32> {
    text.trim().parse().ok().filter(|year| YEARS.contains(year))
}

pub(super) fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

pub(super) fn clean(text: &str, longest: usize) -> String {
    let text: String = text
        .chars()
        .map(|symbol| if symbol.is_control() { ' ' } else { symbol })
        .take(longest)
        .collect();
    text.trim().to_owned()
}

/// The text without dashes that only stand between: "Dune - Frank Herbert", "wuthering-heights".
/// One that begins a word leaves that word out, and what is quoted stays as it is.
fn without_separators(text: &str) -> String {
    let mut quoted = false;
    let words = text.split(' ').filter_map(|word| {
        let inside = quoted;
        quoted ^= word.matches('"').count() % 2 == 1;
        if inside || word.contains('"') {
            return Some(word.to_owned());
        }
        let is_dash = |symbol: char| matches!(symbol, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
        if !word.is_empty() && word.chars().all(is_dash) {
            return None;
        }
        let (sign, rest) = match word.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", word),
        };
        // To leave out one of two words is not to leave out both.
        let rest = if sign.is_empty() {
            apart(rest, is_dash)
        } else {
            rest.to_owned()
        };
        Some(format!("{sign}{}", rest.trim()))
    });
    words.collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// The word with spaces for dashes between letters: "1914-1918" stays as it is.
fn apart(word: &str, is_dash: impl Fn(char) -> bool) -> String {
    let symbols: Vec<char> = word.chars().collect();
    let is_letter = |at: Option<usize>| {
        at.and_then(|at| symbols.get(at))
            .is_some_and(|symbol| symbol.is_alphabetic())
    };
    symbols
        .iter()
        .enumerate()
        .map(|(at, symbol)| {
            let is_between = is_letter(at.checked_sub(1)) && is_letter(Some(at + 1));
            if is_dash(*symbol) && is_between {
                ' '
            } else {
                *symbol
            }
        })
        .collect()
}

/// What was typed, in the terms of the full-text search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextQuery {
    /// For `websearch_to_tsquery`.
    pub websearch: String,
    /// For `to_tsquery`: the last word, which may be unfinished; or empty.
    pub prefix: String,
    /// For comparison with title keys.
    pub key: String,
    /// Titles that begin with the key are meant, too: the one word is too short to be
    /// the beginning of any word, or there are none but the commonest.
    pub begins: bool,
}

impl TextQuery {
    /// Whether there is anything to look for in the full text.
    pub(super) fn has_text(&self) -> bool {
        !self.websearch.is_empty() || !self.prefix.is_empty()
    }
}

/// For `to_tsquery`: all words of a folded text, the last of which may be unfinished. The
/// commonest are left out where others say enough.
pub(crate) fn prefix_query(key: &str) -> String {
    let words: Vec<&str> = key.split(' ').collect();
    let telling: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !is_common(word))
        .collect();
    let enough = telling
        .last()
        .is_some_and(|word| word.chars().count() >= SHORTEST_PREFIX);
    let words = if enough { telling } else { words };
    // A key holds only letters, digits and spaces: nothing in it is an operator.
    format!("{}:*", words.join(" & "))
}

/// In scripts with letters, shorter beginnings of words match too much to be of use.
const SHORTEST_PREFIX: usize = 3;

impl TextQuery {
    /// `None` when nothing was typed.
    pub(super) fn of(query: &Query) -> Option<Self> {
        let meant = without_separators(&query.q);
        // Nothing but dashes finds nothing, rather than everything.
        let q = if meant.is_empty() {
            query.q.as_str()
        } else {
            meant.as_str()
        };
        if q.is_empty() {
            return None;
        }
        let key = title_key(q);
        let by_title = Self {
            websearch: String::new(),
            prefix: String::new(),
            begins: true,
            key: key.clone(),
        };
        if query.any_word {
            let telling: Vec<&str> = key.split(' ').filter(|word| !is_common(word)).collect();
            return Some(Self {
                websearch: telling.join(" or "),
                begins: telling.is_empty(),
                ..by_title
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
        // Plain words: the commonest narrow nothing down, so they are not looked up, only
        // compared with the titles that the others find.
        let plain = |word: &&str| !is_common(&title_key(word));
        let head: Vec<&str> = if key.split(' ').any(|word| !is_common(word)) {
            head.split_whitespace().filter(plain).collect()
        } else {
            return Some(by_title);
        };
        let prefix = if head.is_empty() || plain(&last.trim()) {
            format!("'{last}':*")
        } else {
            String::new()
        };
        Some(Self {
            websearch: head.join(" "),
            prefix,
            begins: false,
            key,
        })
    }
}

#[cfg(test)]
mod separators {
    use super::without_separators;

    #[test]
    fn f18_a_dash_that_only_stands_between_is_no_operator() {
        for (typed, meant) in [
            ("Dune - Frank Herbert", "Dune Frank Herbert"),
            ("- Jane Eyre", "Jane Eyre"),
            ("Emma — Jane Austen -", "Emma Jane Austen"),
            ("wuthering-heights", "wuthering heights"),
            ("dune -messiah", "dune -messiah"),
            ("\"dune - messiah\" herbert", "\"dune - messiah\" herbert"),
            ("1914-1918", "1914-1918"),
            ("-", ""),
        ] {
            assert_eq!(without_separators(typed), meant);
        }
    }
}
