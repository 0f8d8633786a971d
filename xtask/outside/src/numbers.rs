//! The ISBNs of the table of well-known books, held against what its own cells say.
//!
//! The sums are done here once more: the parser that is judged takes no part.

use std::path::Path;

use crate::reading::Read;

/// How many numbers of a table were read, and read as they stand there.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// Rows in which a number stands that is whole.
    pub whole: usize,
    /// Of these, those that were read.
    pub same: usize,
    /// Rows that were given a number that does not stand there.
    pub invented: usize,
}

/// Compares row by row. None when the table has no columns for ISBNs, or the rows were not all
/// used and cannot be laid side by side.
pub(crate) fn compare(file: &Path, read: &Read) -> Option<Numbers> {
    let mut table = csv::Reader::from_path(file).ok()?;
    let headers = table.headers().ok()?.clone();
    let at = |name: &str| headers.iter().position(|header| header == name);
    let (ten, thirteen) = (at("isbn")?, at("isbn13")?);
    let rows: Vec<_> = table.records().collect::<Result<_, _>>().ok()?;
    if rows.len() != read.books.len() {
        return None;
    }
    let mut numbers = Numbers::default();
    for (row, book) in rows.iter().zip(&read.books) {
        let standing: Vec<String> = [ten, thirteen]
            .into_iter()
            .filter_map(|at| thirteen_digits(row.get(at)?))
            .collect();
        let ours = book.edition.as_ref().and_then(|edition| edition.isbn);
        let ours = ours.map(|isbn| isbn.to_string());
        numbers.whole += usize::from(!standing.is_empty());
        match ours {
            Some(ours) if standing.contains(&ours) => numbers.same += 1,
            Some(_) => numbers.invented += 1,
            None => {}
        }
    }
    Some(numbers)
}

/// The thirteen digits of a number whose check digit is right; zeros that a spreadsheet took from
/// its beginning are put back.
pub(crate) fn thirteen_digits(cell: &str) -> Option<String> {
    let cell = cell.trim().trim_end_matches(".0");
    let symbols: Vec<char> = cell
        .chars()
        .filter(|symbol| !matches!(symbol, '-' | ' '))
        .collect();
    if let Ok(digits) = values(&symbols)
        && digits.len() == 13
        && (symbols.starts_with(&['9', '7', '8']) || symbols.starts_with(&['9', '7', '9']))
    {
        return (weighted(&digits).is_multiple_of(10)).then(|| symbols.iter().collect());
    }
    if symbols.len() > 10 || symbols.len() < 6 {
        return None;
    }
    let (last, body) = symbols.split_last()?;
    let last = if last.eq_ignore_ascii_case(&'x') {
        10
    } else {
        last.to_digit(10)?
    };
    let mut digits = vec![0; 10 - symbols.len()];
    digits.extend(values(body).ok()?);
    let sum: u32 = (2..=10)
        .rev()
        .zip(&digits)
        .map(|(by, digit)| by * digit)
        .sum();
    if !(sum + last).is_multiple_of(11) {
        return None;
    }
    let mut whole = vec![9, 7, 8];
    whole.extend(digits);
    let check = (10 - weighted(&whole) % 10) % 10;
    whole.push(check);
    Some(whole.iter().map(ToString::to_string).collect())
}

fn values(symbols: &[char]) -> Result<Vec<u32>, ()> {
    symbols
        .iter()
        .map(|symbol| symbol.to_digit(10).ok_or(()))
        .collect()
}

fn weighted(digits: &[u32]) -> u32 {
    digits
        .iter()
        .enumerate()
        .map(|(at, digit)| digit * if at % 2 == 0 { 1 } else { 3 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_made_whole_and_checked() {
        for cell in [
            "9780441013593",
            "978-0-441-01359-3",
            "0441013597",
            "441013597",
        ] {
            assert_eq!(
                thirteen_digits(cell).as_deref(),
                Some("9780441013593"),
                "{cell}"
            );
        }
        assert_eq!(
            thirteen_digits("043942089X").as_deref(),
            Some("9780439420891")
        );
        for cell in [
            "",
            "441013598",
            "9.78043902348e+12",
            "9780441013594",
            "title",
        ] {
            assert_eq!(thirteen_digits(cell), None, "{cell}");
        }
    }
}
