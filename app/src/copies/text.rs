//! What is said after something was done with copies.

use dogear_server::copies::{Added, AddedMany, Change, Changed, Undone};

use super::actions::undo_of;
use crate::action::Done;
use crate::ui::count;

/// One book stands on the shelf.
pub(super) fn added(added: &Added) -> String {
    if added.listed {
        format!("“{}” is on your shelf and listed for trade.", added.title)
    } else {
        format!("“{}” is on your shelf.", added.title)
    }
}

/// The books of a list do.
pub(super) fn added_many(added: &AddedMany) -> String {
    let books = count(added.copies, "book", "books");
    if added.listed {
        format!("{books} added and listed for trade.")
    } else {
        format!("{books} added.")
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
        Change::List => format!("{subject} {is} listed for trade."),
        Change::Unlist => format!("{subject} {is} no longer listed."),
        Change::Archive => format!("{subject} {is} in the archive."),
        Change::Delete => format!("{subject} {is} in the trash."),
        Change::Restore => format!("{subject} {is} back on your shelf, not listed."),
        Change::Grade(grade) => format!("{subject} {is} “{}” now.", grade.label()),
    };
    let sentence = sentence + &ended(changed.ended);
    done.saying(sentence).undo(&undo_of(&changed.undo))
}

/// The sentence about an undo.
pub(super) fn undone(undone: Undone) -> String {
    match undone.copies {
        0 => "Nothing was left to undo.".to_owned(),
        copies => format!(
            "Undone: {} as before.{}",
            count(copies, "book is", "books are"),
            ended(undone.ended)
        ),
    }
}

/// What a change has done to proposals; nothing where there were none.
fn ended(proposals: usize) -> String {
    match proposals {
        0 => String::new(),
        1 => " One open proposal with it has ended, and the other side is told.".to_owned(),
        many => format!(" {many} open proposals have ended, and the others are told."),
    }
}
