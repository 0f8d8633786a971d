//! The place in a series that catalogues and reading sites write behind a title.

use crate::fields::match_key;

/// A title with its place in a series: "Dune (Dune Chronicles, #1)".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InSeries<'a> {
    /// What is in front: "Dune".
    pub title: &'a str,
    /// "Dune Chronicles". Of several the first one.
    pub series: &'a str,
    /// As written: "1", "0.5", "1-3".
    pub number: &'a str,
}

/// The title, and the place in a series that stands behind it in parentheses, with a number sign
/// as Goodreads writes it. None for titles without one.
#[must_use]
pub fn in_series(title: &str) -> Option<InSeries<'_>> {
    let (book, inside) = title.trim().strip_suffix(')')?.rsplit_once(" (")?;
    // "(Discworld, #8; City Watch, #1)".
    let first = inside.split(';').next().unwrap_or(inside);
    let (series, number) = first.rsplit_once('#')?;
    let series = series.trim().trim_end_matches(',').trim();
    let number = number.trim();
    let title = book.trim();
    let numeric = number.starts_with(|sign: char| sign.is_ascii_digit())
        && number
            .chars()
            .all(|sign| sign.is_ascii_digit() || ".-–, ".contains(sign));
    (numeric && !title.is_empty() && !series.is_empty()).then_some(InSeries {
        title,
        series,
        number,
    })
}

/// The folded title without its place in a series, under which it is found as well; `None` when
/// it says none.
#[must_use]
pub fn alone_key(title: &str) -> Option<String> {
    in_series(title).map(|found| match_key(found.title))
}
