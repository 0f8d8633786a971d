//! Which books are the same. A folded key finds the candidates and decides nothing: that is done
//! here, by what the titles and names really say.

mod contradictions;
mod series;

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use crate::fields::{match_key, turned};

pub use contradictions::{Contradiction, Facts, are_other_books, contradictions};
pub use series::{InSeries, alone_key, in_series};

/// A book as somebody describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Described<'a> {
    /// With or without the subtitle.
    pub title: &'a str,
    /// May be empty.
    pub subtitle: &'a str,
    /// Names as written, or folded.
    pub authors: Vec<&'a str>,
}

/// How near a known work is to what somebody describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It is this work.
    Same,
    /// It is this work if there is no other one like it: the subtitle is not said, or the place in
    /// a series.
    Likely,
    /// Only a reader can tell.
    Perhaps,
    /// It is another one.
    Other,
}

/// What is to be done about a book, by the likeness of each candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is the candidate at this place.
    Known(usize),
    /// It is one of these, or none; only a reader can tell.
    Ask(Vec<usize>),
    /// It is none of them.
    New,
}

/// The form in which titles are the same or not: case, runs of space, accents on Latin letters,
/// and the various quotes and dashes make no difference; every other sign does. So “C++” is not
/// “C”, “?” is not “!”, and a vowel sign or a voicing mark is part of its word.
#[must_use]
pub fn exact(title: &str) -> String {
    let mut exact = String::with_capacity(title.len());
    let mut on_latin = false;
    // Before the rest: some of them fall apart into a space and an accent.
    let plain = title.chars().map(typewritten).nfkc();
    let lower = plain.collect::<String>().to_lowercase();
    for symbol in lower.nfkd() {
        if !is_combining_mark(symbol) {
            on_latin = bears_accents(symbol);
        } else if on_latin || is_variation(symbol) {
            continue;
        }
        match typewritten(symbol) {
            'ß' => exact.push_str("ss"),
            'æ' => exact.push_str("ae"),
            'œ' => exact.push_str("oe"),
            'ø' => exact.push('o'),
            'ł' => exact.push('l'),
            'đ' | 'ð' => exact.push('d'),
            'þ' => exact.push_str("th"),
            'ı' => exact.push('i'),
            'ς' => exact.push('σ'),
            _ if symbol.is_whitespace() => {
                if !exact.is_empty() && !exact.ends_with(' ') {
                    exact.push(' ');
                }
            }
            _ if is_unseen(symbol) => {}
            other => exact.push(other),
        }
    }
    exact.truncate(exact.trim_end().len());
    // The name of the sign is as good as the sign, except where there is nothing else.
    if exact.contains('&') && exact.contains(char::is_alphanumeric) {
        let words = exact.replace('&', " and ");
        return words.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    exact
}

/// The quote or dash that every keyboard has.
fn typewritten(symbol: char) -> char {
    match symbol {
        '’' | '‘' | '‚' | '‛' | 'ʼ' | '`' | '´' | '′' | '‹' | '›' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
        '\u{2010}'..='\u{2015}' | '−' | '﹘' | '﹣' | '－' => '-',
        other => other,
    }
}

/// Whether accents on this letter are left out as often as they are written: Latin and Greek.
fn bears_accents(symbol: char) -> bool {
    symbol.is_alphabetic() && matches!(symbol, '\0'..='\u{024F}' | '\u{0370}'..='\u{03FF}')
}

/// Says how a sign is drawn, not which one it is.
fn is_variation(symbol: char) -> bool {
    matches!(symbol, '\u{FE00}'..='\u{FE0F}')
}

fn is_unseen(symbol: char) -> bool {
    use GeneralCategory::{Control, Format};
    matches!(symbol.general_category(), Control | Format)
}

/// Title and subtitle in one, as [`exact()`] has them.
#[must_use]
pub fn exact_with_subtitle(title: &str, subtitle: &str) -> String {
    let title = exact(title);
    let subtitle = exact(subtitle);
    if subtitle.is_empty() {
        return title;
    }
    format!("{}: {subtitle}", title.trim_end_matches([' ', ':']))
}

/// How near a known work is to a described one. That their folded keys are the same, or nearly
/// so, is for the caller to see to.
#[must_use]
pub fn likeness(described: &Described<'_>, known: &Described<'_>) -> Likeness {
    let authors = common_authors(&described.authors, &known.authors);
    if authors == Authors::Others {
        return Likeness::Other;
    }
    if are_volumes_of_one_series(described.title, known.title) {
        return Likeness::Other;
    }
    let said = exact_with_subtitle(described.title, described.subtitle);
    let title = if said == exact_with_subtitle(known.title, known.subtitle) {
        Likeness::Same
    } else if described.subtitle.is_empty()
        && (said == exact(known.title) || same_but_for_series(described.title, known.title))
    {
        Likeness::Likely
    } else {
        Likeness::Perhaps
    };
    match authors {
        Authors::Same => title,
        _ => Likeness::Perhaps,
    }
}

/// Whether two titles say two places in the same series.
fn are_volumes_of_one_series(one: &str, other: &str) -> bool {
    match (in_series(one), in_series(other)) {
        (Some(one), Some(other)) => {
            one.number != other.number && exact(one.series) == exact(other.series)
        }
        _ => false,
    }
}

/// Whether one of two titles says a place in a series behind what both are. Where both say one,
/// they may be two volumes.
fn same_but_for_series(one: &str, other: &str) -> bool {
    match (in_series(one), in_series(other)) {
        (Some(one), None) => exact(one.title) == exact(other),
        (None, Some(other)) => exact(one) == exact(other.title),
        _ => false,
    }
}

/// What follows from the likeness of all candidates: the first that is the same; else the only
/// one that differs by nothing but what nobody has said; else it is asked.
#[must_use]
pub fn decide(candidates: &[Likeness]) -> Decision {
    let places = |wanted: Likeness| {
        (0..)
            .zip(candidates)
            .filter(move |(_, likeness)| **likeness == wanted)
            .map(|(place, _)| place)
    };
    if let Some(same) = places(Likeness::Same).next() {
        return Decision::Known(same);
    }
    let likely: Vec<usize> = places(Likeness::Likely).collect();
    if let [only] = likely.as_slice() {
        return Decision::Known(*only);
    }
    let asked: Vec<usize> = likely
        .into_iter()
        .chain(places(Likeness::Perhaps))
        .collect();
    if asked.is_empty() {
        Decision::New
    } else {
        Decision::Ask(asked)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authors {
    /// All of the one are among the others.
    Same,
    /// Some are, or a family name alone is said.
    Perhaps,
    Others,
}

/// Often not all authors of a work are named, here or there.
fn common_authors(described: &[&str], known: &[&str]) -> Authors {
    let known: Vec<Spellings> = known.iter().map(|name| Spellings::of(name)).collect();
    let mut found = BTreeSet::new();
    let mut missing = false;
    let mut perhaps = described.is_empty() || known.is_empty();
    for name in described {
        let said = Spellings::of(name);
        let Some(same) = known.iter().position(|known| known.is_same(&said)) else {
            missing = true;
            perhaps |= known.iter().any(|known| known.may_be(&said));
            continue;
        };
        found.insert(same);
    }
    if !found.is_empty() && (!missing || found.len() == known.len()) {
        Authors::Same
    } else if !found.is_empty() || perhaps {
        Authors::Perhaps
    } else {
        Authors::Others
    }
}

/// The folded forms of one name.
struct Spellings {
    /// As typed.
    written: String,
    /// The given name first, when “Last, First” is typed.
    turned: Option<String>,
}

impl Spellings {
    fn of(name: &str) -> Self {
        Self {
            written: match_key(name),
            turned: name.contains(',').then(|| match_key(&turned(name))),
        }
    }

    /// With the family name last.
    fn usual(&self) -> &str {
        self.turned.as_ref().unwrap_or(&self.written)
    }

    fn is_same(&self, other: &Self) -> bool {
        let theirs = [other.written.as_str(), other.usual()];
        [self.written.as_str(), self.usual()]
            .iter()
            .any(|mine| theirs.contains(mine))
    }

    /// Whether the one is the end of the other: the family name alone, perhaps.
    fn may_be(&self, other: &Self) -> bool {
        ends(self.usual(), other.usual()) || ends(other.usual(), self.usual())
    }
}

fn ends(long: &str, short: &str) -> bool {
    long.strip_suffix(short)
        .is_some_and(|rest| rest.ends_with(' '))
}

#[cfg(test)]
mod tests;
