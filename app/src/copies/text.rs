//! What is said after something was done with copies.

use dogear_domain::lending::Due;
use dogear_domain::pasted;
use dogear_server::copies::{Added, AddedMany, Change, Changed, MovedTo, Undone};

use super::actions::undo_of;
use crate::action::Done;
use crate::ui::count;

/// Lines that are named when they are left out: the sentence travels in a cookie.
const NAMED: usize = 5;
/// Letters that say which line it is.
const BEGINNING: usize = 30;

/// One book stands on the shelf.
pub(super) fn added(added: &Added) -> String {
    if added.listed {
        format!(
            "“{}” is on your shelf and listed {}.",
            added.title,
            added.offers.in_words()
        )
    } else {
        format!("“{}” is on your shelf.", added.title)
    }
}

/// The books of a list do.
pub(super) fn added_many(added: &AddedMany) -> String {
    let books = count(added.copies, "book", "books");
    if added.listed {
        format!("{books} added and listed {}.", added.offers.in_words())
    } else {
        format!("{books} added.")
    }
}

/// Which lines of a pasted list were not added, each with how it begins; nothing when all were.
pub(super) fn left_out(lines: &str, is_left_out: impl Fn(usize) -> bool) -> String {
    let left: Vec<(usize, String)> = pasted::lines(lines)
        .into_iter()
        .enumerate()
        .map(|(index, line)| (index + 1, line.text))
        .filter(|(number, _)| is_left_out(*number))
        .collect();
    if left.is_empty() {
        return String::new();
    }
    let named = left.iter().take(NAMED).map(|(number, text)| {
        let mut letters = text.chars();
        let start: String = letters.by_ref().take(BEGINNING).collect();
        let end = if letters.next().is_some() { "…" } else { "" };
        format!("line {number} “{start}{end}”")
    });
    let named: Vec<String> = named.collect();
    let more = match left.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(", and {}", count(more, "more line", "more lines")),
    };
    format!(" Left out: {}{more}.", named.join(", "))
}

/// Books stand somewhere else.
pub(super) fn moved(moved: &MovedTo) -> String {
    let number = moved.copies.len();
    let books = |is: &str, are: &str| count(number, &format!("book {is}"), &format!("books {are}"));
    match (number, moved.place.as_str()) {
        (0, _) => "Nothing changed: that was so already.".to_owned(),
        (_, "") => format!("{} no place any more.", books("has", "have")),
        (_, place) => format!("{} at “{place}” now.", books("stands", "stand")),
    }
}

/// How a loan stands to its day, as the end of a sentence.
pub(super) fn due(due: Due) -> String {
    match due {
        Due::Open => "no day agreed".to_owned(),
        Due::In(0) => "due today".to_owned(),
        Due::In(1) => "due tomorrow".to_owned(),
        Due::In(days) => format!("due in {}", count(days, "day", "days")),
        Due::Overdue(days) => format!("{} overdue", count(days, "day", "days")),
    }
}

/// The sentence about a change, with its undo.
pub(super) fn changed(go: String, change: Change, changed: &Changed) -> Done {
    let done = Done::go(go);
    if changed.copies == 0 {
        return done.saying("Nothing changed: that was so already.");
    }
    let (subject, one) = match &changed.title {
        Some(title) => (format!("“{title}”"), true),
        None => (count(changed.copies, "book", "books"), changed.copies == 1),
    };
    let is = if one { "is" } else { "are" };
    let sentence = match change {
        Change::List => format!("{subject} {is} listed."),
        Change::Offer(offers) => format!("{subject} {is} listed {}.", offers.in_words()),
        Change::Unlist => format!("{subject} {is} no longer listed."),
        Change::Archive => format!("{subject} {is} in the archive."),
        Change::Delete => format!("{subject} {is} in the trash."),
        Change::Restore => format!("{subject} {is} back on your shelf, not listed."),
        Change::Grade(grade) => format!("{subject} {is} “{}” now.", grade.label()),
    };
    let sentence = sentence + &ended(changed.ended, one);
    done.saying(sentence).undo(&undo_of(&changed.undo))
}

/// The sentence about an undo.
pub(super) fn undone(undone: Undone) -> String {
    match undone.copies {
        0 => "Nothing was left to undo.".to_owned(),
        copies => format!(
            "Undone: {} as before.{}",
            count(copies, "book is", "books are"),
            ended(undone.ended, copies == 1)
        ),
    }
}

/// What a change of `one` book or of several has done to proposals; nothing where there were none.
/// No undo brings them back, which is said before and after it.
fn ended(proposals: usize, one: bool) -> String {
    let them = if one { "it" } else { "them" };
    let sentence = match proposals {
        0 => return String::new(),
        1 => format!("One open proposal with {them} has ended, and the other side is told."),
        many => format!("{many} open proposals with {them} have ended, and the others are told."),
    };
    format!(" {sentence} Proposals that ended stay ended.")
}

#[cfg(test)]
mod tests {
    use super::{ended, left_out};

    #[test]
    fn u22_lines_that_are_left_out_are_named() {
        let lines = "Emma\n\nDune\nA very long title that goes on and on\n4\n5\n6\n7";
        assert_eq!(left_out(lines, |_| false), "");
        assert_eq!(
            left_out(lines, |line| line == 2),
            " Left out: line 2 “Dune”."
        );
        assert_eq!(
            left_out(lines, |line| line > 1),
            " Left out: line 2 “Dune”, line 3 “A very long title that goes on…”, line 4 “4”, line 5 “5”, line 6 “6”, and 1 more line."
        );
    }

    #[test]
    fn proposals_that_ended_are_told_by_the_number_of_books() {
        assert_eq!(ended(0, true), "");
        assert_eq!(
            ended(1, true),
            " One open proposal with it has ended, and the other side is told. Proposals that ended stay ended."
        );
        assert_eq!(
            ended(2, false),
            " 2 open proposals with them have ended, and the others are told. Proposals that ended stay ended."
        );
    }
}
