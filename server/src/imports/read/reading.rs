//! What a row says of its reader's reading: when they read the book, how they liked it, what they
//! noted.

use std::borrow::Cow;

use dogear_domain::imports::{Field, Source};
use dogear_domain::library::{Ending, Progress, Rating, ReadingStatus, RoughDay, Visibility};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entry::Cell;

/// Readings of one book that a number alone speaks of.
const MOST_UNDATED: usize = 50;
/// Lists that one book is put on.
const MOST_LISTS: usize = 20;
/// A longer name of a list is something else.
const LONGEST_LIST: usize = 80;

/// Once that they read it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Once {
    pub started: Option<RoughDay>,
    pub ended: Option<RoughDay>,
    /// None while it goes on.
    pub ending: Option<Ending>,
    pub paused: bool,
    pub paused_at: Option<Timestamp>,
    pub progress: Option<Progress>,
}

/// What a row says of its reader's reading. Empty is what it does not say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Life {
    /// They want to read it.
    pub wanted: bool,
    pub wanted_at: Option<Timestamp>,
    /// When they put it on their shelf.
    pub added: Option<RoughDay>,
    pub readings: Vec<Once>,
    pub rating: Option<Rating>,
    pub rated_at: Option<Timestamp>,
    /// In plain text.
    pub review: String,
    pub spoiler: bool,
    /// For themselves alone.
    pub note: String,
    /// Who may see it, if they have said so of this book.
    pub visibility: Option<Visibility>,
    /// Their own shelves and tags.
    pub lists: Vec<String>,
    /// What could not be read, in sentences.
    pub problems: Vec<String>,
}

impl Life {
    /// Whether there is something to keep.
    pub(crate) fn says_something(&self) -> bool {
        let Self {
            wanted,
            wanted_at: _,
            added: _,
            readings,
            rating,
            rated_at: _,
            review,
            spoiler: _,
            visibility,
            note,
            lists,
            problems,
        } = self;
        *wanted
            || rating.is_some()
            || visibility.is_some()
            || !(readings.is_empty()
                && review.is_empty()
                && note.is_empty()
                && lists.is_empty()
                && problems.is_empty())
    }
}

/// Reads what a row says of reading.
pub(super) fn read(row: &Cell<'_, '_>) -> Life {
    if row.source == Source::Library {
        return own(row);
    }
    let mut life = Life::default();
    let status = status(row);
    life.wanted = status == Some(ReadingStatus::Want);
    life.added = match day(&row.text(Field::Added)) {
        // When it was put on a shelf is nothing that its reader would miss.
        Ok(day) => day,
        Err(_) => None,
    };
    life.readings = readings(row, status, &mut life.problems);
    match Rating::parse_stars(&row.text(Field::Rating)) {
        Ok(rating) => life.rating = rating,
        Err(problem) => life.problems.push(format!(
            "The rating “{}” was left out. {problem}",
            row.text(Field::Rating)
        )),
    }
    life.review = plain(&row.text(Field::Review));
    let warning = row.text(Field::Spoiler);
    life.spoiler = !life.review.is_empty()
        && !matches!(warning.to_lowercase().as_str(), "" | "false" | "no" | "0");
    life.note = plain(&row.text(Field::PrivateNote));
    life.lists = lists(row);
    life
}

/// Reads a row of our own export of a library: one reading, or a book without any.
fn own(row: &Cell<'_, '_>) -> Life {
    let mut problems = Vec::new();
    let mut said = |field: Field| {
        day(&row.text(field)).unwrap_or_else(|problem| {
            problems.push(format!("{}: {problem}", field.label()));
            None
        })
    };
    let (started, ended) = (said(Field::Started), said(Field::Finished));
    let number = |field| row.text(field).parse::<i32>().ok();
    let progress = number(Field::Done).zip(row.text(Field::Unit).parse().ok());
    let paused_at = row.text(Field::PausedAt).parse().ok();
    let once = Once {
        started,
        ended,
        ending: row.text(Field::Ending).parse().ok(),
        paused: paused_at.is_some(),
        paused_at,
        progress: progress
            .and_then(|(done, unit)| Progress::new(done, number(Field::Total), unit).ok()),
    };
    let wanted_at: Option<Timestamp> = row.text(Field::WantedSince).parse().ok();
    Life {
        wanted: wanted_at.is_some(),
        wanted_at,
        added: None,
        readings: match row.text(Field::Entry).as_str() {
            "reading" => vec![once],
            _ => Vec::new(),
        },
        rating: Rating::parse_stars(&row.text(Field::Rating)).unwrap_or_else(|problem| {
            problems.push(problem.to_string());
            None
        }),
        rated_at: row.text(Field::RatedAt).parse().ok(),
        review: row.text(Field::Review),
        spoiler: row.text(Field::Spoiler) == "true",
        note: row.text(Field::PrivateNote),
        visibility: row.text(Field::Visibility).parse().ok(),
        lists: row
            .text(Field::Tags)
            .lines()
            .map(str::to_owned)
            .filter(|name| !name.is_empty())
            .collect(),
        problems,
    }
}

/// The readings that a row tells of.
fn readings(
    row: &Cell<'_, '_>,
    status: Option<ReadingStatus>,
    problems: &mut Vec<String>,
) -> Vec<Once> {
    let mut said = |text: String| match day(&text) {
        Ok(day) => day,
        Err(problem) => {
            problems.push(format!("The day “{text}” was left out. {problem}"));
            None
        }
    };
    let started = said(row.text(Field::Started));
    let ended = said(row.text(Field::Finished));
    let stopped = said(row.text(Field::Stopped));
    let mut spans: Vec<(Option<RoughDay>, Option<RoughDay>)> = row
        .text(Field::ReadDates)
        .split(',')
        .map(str::trim)
        .filter(|span| !span.is_empty())
        .map(|span| match span.split_once('-') {
            // "2024/02/12-2024/02/20"; a day alone is when they finished it.
            Some((from, to)) if from.contains('/') => (said(from.into()), said(to.into())),
            _ => (None, said(span.into())),
        })
        .filter(|(from, to)| from.is_some() || to.is_some())
        .collect();
    spans.sort_by_key(|(from, to)| to.or(*from).map(RoughDay::first));
    // What goes on has no last day.
    let open = matches!(status, Some(ReadingStatus::Reading | ReadingStatus::Paused));
    let begun = spans
        .iter()
        .position(|(_, to)| open && to.is_none())
        .map(|place| spans.remove(place).0);
    let once = |(started, ended), ending| Once {
        started,
        ended,
        ending: Some(ending),
        ..Once::default()
    };
    let mut readings: Vec<Once> = spans
        .into_iter()
        .map(|span| once(span, Ending::Finished))
        .collect();
    if ended.is_some() && !readings.iter().any(|reading| reading.ended == ended) {
        let started = started.filter(|_| !open);
        let ending = match status {
            Some(ReadingStatus::Stopped) if stopped.is_none() => Ending::Stopped,
            _ => Ending::Finished,
        };
        readings.push(once((started, ended), ending));
    }
    if stopped.is_some() {
        readings.push(once(
            (started.filter(|_| ended.is_none()), stopped),
            Ending::Stopped,
        ));
    }
    match status {
        Some(ReadingStatus::Read) => {
            let count: usize = row.text(Field::ReadCount).parse().unwrap_or(1);
            let finished = |all: &[Once]| {
                all.iter()
                    .filter(|reading| reading.ending == Some(Ending::Finished))
                    .count()
            };
            if finished(&readings) == 0 {
                readings.push(once((started, None), Ending::Finished));
            }
            while finished(&readings) < count.min(MOST_UNDATED) {
                readings.push(once((None, None), Ending::Finished));
            }
        }
        Some(ReadingStatus::Stopped) => {
            let stops = |reading: &Once| reading.ending == Some(Ending::Stopped);
            if !readings.iter().any(stops) {
                // The last of several is the one that they gave up.
                match readings.last_mut() {
                    Some(last) => last.ending = Some(Ending::Stopped),
                    None => readings.push(once((started, None), Ending::Stopped)),
                }
            }
        }
        Some(ReadingStatus::Reading | ReadingStatus::Paused) => readings.push(Once {
            started: begun.flatten().or(started),
            paused: status == Some(ReadingStatus::Paused),
            ..Once::default()
        }),
        Some(ReadingStatus::Want) | None => {}
    }
    readings
}

/// The day of a cell; none of an empty one.
fn day(text: &str) -> Result<Option<RoughDay>, dogear_domain::fields::FieldProblem> {
    let text = text.trim().trim_matches(['[', ']']).trim();
    // "2024-02-12T10:00:00Z" is a day, too.
    let text = text.split(['T', ' ']).next().unwrap_or_default();
    if text.is_empty() || text.starts_with("0000") {
        return Ok(None);
    }
    RoughDay::parse(text).map(Some)
}

/// What a shelf, a state or a collection says of reading.
fn status(row: &Cell<'_, '_>) -> Option<ReadingStatus> {
    let shelves = row.text(Field::Shelf);
    let found: Vec<ReadingStatus> = match row.source {
        Source::LibraryThing => shelves.split([',', ';']).filter_map(word).collect(),
        Source::Own | Source::Library | Source::Inventaire => Vec::new(),
        _ => word(&shelves).into_iter().collect(),
    };
    // In a collection for those that are read and one for those that are to be read, it is both:
    // what was done tells more than what is planned.
    [
        ReadingStatus::Reading,
        ReadingStatus::Paused,
        ReadingStatus::Stopped,
        ReadingStatus::Read,
        ReadingStatus::Want,
    ]
    .into_iter()
    .find(|status| found.contains(status))
}

/// The status that a shelf stands for, in the words of these programs.
pub(super) fn word(shelf: &str) -> Option<ReadingStatus> {
    let shelf = shelf.trim().to_lowercase().replace(['-', '_'], " ");
    Some(match shelf.as_str() {
        "read" | "read but unowned" | "finished" | "gelesen" | "lu" | "leído" | "letto" => {
            ReadingStatus::Read
        }
        "currently reading" | "reading" | "in progress" | "en cours" => ReadingStatus::Reading,
        "paused" => ReadingStatus::Paused,
        "did not finish" | "dnf" | "abandoned" | "stopped reading" | "stopped" | "gave up" => {
            ReadingStatus::Stopped
        }
        "to read" | "want to read" | "want" | "tbr" | "wishlist" | "wish list" | "planned"
        | "à lire" | "por leer" | "wunschliste" => ReadingStatus::Want,
        _ => return None,
    })
}

/// Shelves and tags of the reader's own; those that say whether they read it are not lists.
fn lists(row: &Cell<'_, '_>) -> Vec<String> {
    let mut lists: Vec<String> = Vec::new();
    let collections = match row.source {
        Source::LibraryThing => row.text(Field::Shelf),
        _ => String::new(),
    };
    let tags = row.text(Field::Tags);
    for name in tags.split(',').chain(collections.split(',')) {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let ours = word(&name).is_some()
            || name.is_empty()
            || ["Your library", "owned", "Owned"].contains(&name.as_str());
        if !ours
            && name.chars().count() <= LONGEST_LIST
            && lists.len() < MOST_LISTS
            && !lists.contains(&name)
        {
            lists.push(name);
        }
    }
    lists
}

/// A text without the marks of a web page: lines end where paragraphs do.
fn plain(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.trim().to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let name = tail[1..].trim_start_matches('/');
        // "I <3 it" is no mark.
        let end = match name.starts_with(|symbol: char| symbol.is_ascii_alphabetic()) {
            true => tail.find('>'),
            false => None,
        };
        let Some(end) = end else {
            out.push('<');
            rest = &tail[1..];
            continue;
        };
        let name: String = name
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase();
        if name == "br" || tail.starts_with("</") && ["p", "div", "li"].contains(&name.as_str()) {
            out.push('\n');
        }
        rest = &tail[end + 1..];
    }
    out.push_str(rest);
    let out: Cow<'_, str> = html_escape::decode_html_entities(&out);
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_web_pages_are_taken_out_of_texts() {
        assert_eq!(plain("  fine  "), "fine");
        assert_eq!(
            plain("One<br/>two<br>three &amp; <i>four</i>"),
            "One\ntwo\nthree & four"
        );
        assert_eq!(plain("<p>One</p><p>two</p>"), "One\ntwo");
        assert_eq!(plain("I <3 it, 1 < 2 &lt;b&gt;"), "I <3 it, 1 < 2 <b>");
        assert_eq!(plain("an open <b"), "an open <b");
    }

    #[test]
    fn days_are_read_as_programs_write_them() {
        let read = |text: &str| day(text).map(|day| day.map(|day| day.to_string()));
        assert_eq!(read("2024/05/03"), Ok(Some("2024-05-03".into())));
        assert_eq!(read("[2019]"), Ok(Some("2019".into())));
        assert_eq!(read("2024-02-12T10:00:00Z"), Ok(Some("2024-02-12".into())));
        assert_eq!(read("0000-00-00"), Ok(None));
        assert_eq!(read(""), Ok(None));
        assert!(read("13/05/2024").is_err());
    }
}
