//! What is said of a book and cannot be so if it is the one that is known.

use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;

use super::{Described, exact};
use crate::edition::Format;
use crate::fields::{title_key, without_article};

/// What one statement about an edition says otherwise than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contradiction {
    /// The titles name other books.
    Title,
    /// The authors are others.
    Author,
    /// Bound in another way.
    Format,
    /// From another publisher.
    Publisher,
    /// Of another year.
    Year,
}

/// What is said of an edition beside its title and authors. What is not said contradicts nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// How it is bound.
    pub format: Option<Format>,
    /// May be empty.
    pub publisher: &'a str,
    /// When it came out.
    pub year: Option<i32>,
}

/// What a described book says otherwise than the one that is known by the same ISBN. Titles and
/// names are written in many ways; only those count that clearly mean something else.
#[must_use]
pub fn contradictions(
    described: (&Described<'_>, Facts<'_>),
    known: (&Described<'_>, Facts<'_>),
) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let ((book, facts), (other, theirs)) = (described, known);
    if are_other_titles(book, other) {
        found.push(Contradiction::Title);
    }
    if are_other_people(&book.authors, &other.authors) {
        found.push(Contradiction::Author);
    }
    let stated = |format: Option<Format>| format.filter(|format| *format != Format::Unknown);
    if let (Some(one), Some(other)) = (stated(facts.format), stated(theirs.format))
        && one != other
    {
        found.push(Contradiction::Format);
    }
    let (one, other) = (title_key(facts.publisher), title_key(theirs.publisher));
    if !one.is_empty()
        && !other.is_empty()
        && !share_a_word(&one, &other)
        && !are_near(&one, &other)
    {
        found.push(Contradiction::Publisher);
    }
    if let (Some(one), Some(other)) = (facts.year, theirs.year)
        && one != other
    {
        found.push(Contradiction::Year);
    }
    found
}

/// Without a subtitle that stands in the title.
fn main_part(title: &str) -> &str {
    title.split([':', ';', '(']).next().unwrap_or(title)
}

/// Only letters and figures.
fn run_on(title: &str) -> String {
    let mut letters = exact(title);
    letters.retain(|symbol| symbol.is_alphanumeric() || is_combining_mark(symbol));
    letters
}

fn share_a_word(one: &str, other: &str) -> bool {
    one.split(' ')
        .any(|word| word.len() > 2 && other.split(' ').any(|theirs| theirs == word))
}

/// Whether two descriptions with one ISBN clearly mean other books, by their titles or authors.
#[must_use]
pub fn are_other_books(one: &Described<'_>, other: &Described<'_>) -> bool {
    are_other_titles(one, other) || are_other_people(&one.authors, &other.authors)
}

/// Whether two titles clearly mean other books: no words in common that would make them one, or
/// the numbers of other volumes.
pub(super) fn are_other_titles(one: &Described<'_>, other: &Described<'_>) -> bool {
    if one.title.is_empty() || other.title.is_empty() {
        return false;
    }
    let whole = |book: &Described<'_>| format!("{} {}", book.title, book.subtitle);
    if volumes(&whole(one)) != volumes(&whole(other)) {
        return true;
    }
    if signs(&whole(one)) != signs(&whole(other)) {
        return true;
    }
    let (mine, theirs) = (words(&whole(one)), words(&whole(other)));
    let (one_number, other_number) = (figures(&mine), figures(&theirs));
    if !one_number.is_empty() && !other_number.is_empty() && one_number.is_disjoint(&other_number) {
        return true;
    }
    if mine.is_empty() || theirs.is_empty() {
        // Nothing but signs.
        return exact(one.title) != exact(other.title);
    }
    if is_latin_text(&whole(one)) != is_latin_text(&whole(other)) {
        // The same title, perhaps, in another script.
        return false;
    }
    let common = mine.intersection(&theirs).count();
    let fewer = mine.len().min(theirs.len());
    2 * common <= fewer
        && !are_near(&run_on(one.title), &run_on(other.title))
        && !are_near(
            &run_on(main_part(one.title)),
            &run_on(main_part(other.title)),
        )
}

/// The signs that are parts of words, as in “C++” and “C#”.
fn signs(title: &str) -> String {
    let mut in_word = false;
    let mut signs = String::new();
    for symbol in exact(&without_brackets(title)).chars() {
        let is_sign = matches!(symbol, '+' | '#' | '♯' | '*' | '%' | '$' | '€' | '£');
        if is_sign && in_word {
            signs.push(symbol);
        }
        in_word = symbol.is_alphanumeric() || is_sign && in_word;
    }
    signs
}

/// The words of a title that tell it from others. What stands in brackets is a list's own.
fn words(title: &str) -> BTreeSet<String> {
    if !is_latin_text(title) {
        // Their marks are parts of the words.
        return exact(&without_brackets(title))
            .split(|symbol: char| !symbol.is_alphanumeric() && !is_combining_mark(symbol))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
    }
    let key = title_key(&without_brackets(title));
    let all: Vec<&str> = without_article(&key).split(' ').collect();
    let is_volume = |at: usize| {
        VOLUME.contains(&all[at]) && all.get(at + 1).and_then(|next| number(next)).is_some()
    };
    let words: BTreeSet<String> = (0..all.len())
        .filter(|at| !is_volume(*at) && (*at == 0 || !is_volume(*at - 1)))
        .map(|at| all[at])
        .filter(|word| !matches!(*word, "" | "the" | "of" | "and" | "a" | "an" | "in" | "to"))
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        all.into_iter()
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    } else {
        words
    }
}

fn figures(words: &BTreeSet<String>) -> BTreeSet<&str> {
    words
        .iter()
        .map(String::as_str)
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
        .collect()
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(symbol),
            _ => {}
        }
    }
    if kept.trim().is_empty() {
        text.to_owned()
    } else {
        kept
    }
}

/// Words before the number of a volume.
const VOLUME: &[&str] = &[
    "volume", "vol", "v", "part", "pt", "band", "bd", "teil", "tome", "tomo", "t", "parte",
    "partie", "livre", "libro", "book", "bk", "deel", "del", "tom", "cz", "no", "nr",
];

/// The number of the volume that a title names, in figures; empty when it names none.
fn volumes(title: &str) -> String {
    let key = title_key(&without_brackets(title));
    let mut words = key.split(' ').peekable();
    let mut numbers = Vec::new();
    while let Some(word) = words.next() {
        if VOLUME.contains(&word)
            && let Some(number) = words.peek().and_then(|next| number(next))
        {
            numbers.push(number);
        }
    }
    numbers.join(" ")
}

/// The words and Roman figures of the first numbers.
const NUMBERS: &[(&str, &str)] = &[
    ("one", "i"),
    ("two", "ii"),
    ("three", "iii"),
    ("four", "iv"),
    ("five", "v"),
    ("six", "vi"),
    ("seven", "vii"),
    ("eight", "viii"),
    ("nine", "ix"),
    ("ten", "x"),
];

/// In figures: "2", "II" or "two".
fn number(word: &str) -> Option<String> {
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(word.trim_start_matches('0').to_owned());
    }
    (1..)
        .zip(NUMBERS)
        .find(|(_, (name, roman))| word == *name || word == *roman)
        .map(|(number, _): (u32, _)| number.to_string())
}

pub(super) fn is_latin_text(text: &str) -> bool {
    text.chars()
        .filter(|symbol| symbol.is_alphabetic())
        .all(|symbol| (symbol as u32) < 0x0250 || (0x1E00..0x1F00).contains(&(symbol as u32)))
}

fn are_near(one: &str, other: &str) -> bool {
    !one.is_empty() && !other.is_empty() && strsim::normalized_levenshtein(one, other) >= 0.85
}

/// Whether none of these people can be one of the others.
pub(super) fn are_other_people(some: &[&str], others: &[&str]) -> bool {
    !some.is_empty()
        && !others.is_empty()
        && !some
            .iter()
            .any(|one| others.iter().any(|other| may_be_one_person(one, other)))
}

/// Names are written with and without initials, turned, and spelt in several ways. That the
/// family names agree is not enough when the given names do not.
fn may_be_one_person(one: &str, other: &str) -> bool {
    if is_latin_text(one) != is_latin_text(other) {
        return true;
    }
    let parts =
        |name: &str| -> Vec<String> { title_key(name).split(' ').map(str::to_owned).collect() };
    let (one, other) = (parts(one), parts(other));
    if one.concat() == other.concat() {
        return true;
    }
    let (few, many) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let fits = |part: &str, theirs: &str| {
        part == theirs
            || is_initial(part, theirs)
            || is_initial(theirs, part)
            || part.len() > 3 && theirs.len() > 3 && strsim::jaro_winkler(part, theirs) >= 0.88
    };
    let whole = |part: &&String| part.chars().count() > 1;
    few.iter()
        .all(|part| many.iter().any(|theirs| fits(part, theirs)))
        && few
            .iter()
            .filter(whole)
            .any(|part| many.iter().filter(whole).any(|theirs| fits(part, theirs)))
}

fn is_initial(short: &str, long: &str) -> bool {
    let mut symbols = short.chars();
    matches!((symbols.next(), symbols.next()), (Some(first), None) if long.starts_with(first))
}
