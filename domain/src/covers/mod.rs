//! Typographic covers for books without a picture of their own.
//!
//! A cover is an SVG image of 320 by 480 units. The same title, author and seed give the same
//! bytes, everywhere and for ever: a hash picks the family of designs and the inks, and a small
//! generator picks the details. No font is embedded; Latin, Greek and Cyrillic lines have their
//! width pinned, so the layout holds whatever serif a reader's system has.
//!
//! The drawing uses presentation attributes only, so it is safe under a strict content security
//! policy. The top right 60 units stay free of type, because the site folds that corner.

mod chance;
mod draw;
mod families;
mod inks;
mod metrics;
mod text;
mod title;

#[cfg(test)]
mod tests;

pub use families::Family;
pub use inks::{INKS, Inks};

use chance::{Chance, fnv1a};
use draw::escape;
use metrics::{Script, graphemes, trim};

/// The width of a cover in its own units.
pub const WIDTH: f64 = 320.0;
/// The height of a cover in its own units.
pub const HEIGHT: f64 = 480.0;

/// The side of the top right square that stays free of type.
const EAR: f64 = 60.0;

/// Titles and names are cut at these numbers of characters before anything is measured, so the
/// work for a cover is bounded.
const TITLE_LENGTH: usize = 160;
const NAME_LENGTH: usize = 80;

/// What is to be drawn.
struct Book<'a> {
    title: &'a str,
    /// Empty for most books.
    subtitle: &'a str,
    author: &'a str,
    /// The script of the title.
    script: Script,
    /// Names the cover's own definitions; differs between covers, so that several can stand
    /// inline in one page.
    id: String,
}

/// What may be chosen instead of leaving it to the hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The family of designs.
    pub family: Option<Family>,
    /// The inks.
    pub inks: Option<Inks>,
}

/// The cover of a book as a complete SVG document, never an error: an empty title is drawn as a
/// question mark, and characters that XML forbids are left out.
///
/// `seed` tells apart books whose title and author are the same, and gives an editor another
/// cover for the same book; 0 is the usual one.
pub fn cover_svg(title: &str, author: &str, seed: u32) -> String {
    cover_svg_with(title, author, seed, Choice::default())
}

/// As [`cover_svg`], with the family or the inks chosen by the caller.
pub fn cover_svg_with(title: &str, author: &str, seed: u32, choice: Choice) -> String {
    let (plain_title, plain_author) = (trim(title), trim(author));
    let hash = fnv1a(format!("{plain_title}\0{plain_author}\0{seed}").as_bytes());
    let shown = if plain_title.is_empty() {
        "?"
    } else {
        plain_title
    };
    let shown: String = graphemes(shown).into_iter().take(TITLE_LENGTH).collect();
    let shown_author: String = graphemes(plain_author)
        .into_iter()
        .take(NAME_LENGTH)
        .collect();
    let (main, subtitle) = title::split(&shown);
    let book = Book {
        title: main,
        subtitle,
        author: &shown_author,
        script: Script::of(main),
        id: format!("p{}", base36(hash)),
    };
    let mut chance = Chance::new(hash);
    let family = choice
        .family
        .unwrap_or_else(|| Family::draw_lot(book.script, &mut chance));
    let inks = choice.inks.unwrap_or_else(|| chance.pick(INKS));
    let drawing = family.draw(&book, &inks, &mut chance);
    let label = escape(&format!("{title}, by {author}"));
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{label}">{drawing}</svg>
"#
    )
}

/// `number` in digits and small letters.
fn base36(mut number: u32) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit(number % 36, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            break;
        }
    }
    digits.into_iter().rev().collect()
}
