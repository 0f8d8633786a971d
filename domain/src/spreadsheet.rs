//! Cells of files that are opened in spreadsheets.
//!
//! A spreadsheet runs a cell that begins like a formula, also one from a file that somebody
//! else filled in. Such a cell gets one apostrophe in front, which spreadsheets understand as
//! "this is text"; whoever reads the file takes it away again. So that both ways fit, a cell
//! that already looks defused gets another one.

use std::borrow::Cow;

/// What formulas begin with, also in the wide forms that some spreadsheets take for the same.
fn begins_a_formula(symbol: char) -> bool {
    matches!(
        symbol,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
    )
}

/// The cell as it is written: text that would run gets an apostrophe in front.
#[must_use]
pub fn defuse(cell: &str) -> Cow<'_, str> {
    if cell.trim_start_matches('\'').starts_with(begins_a_formula) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The text of a cell that [`defuse`] has written; any other is left as it is.
#[must_use]
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(begins_a_formula) => rest,
        _ => cell,
    }
}

/// The form in which headers of columns are compared: "ISBN 13", "Isbn-13" and `isbn_13` are one.
#[must_use]
pub fn header_key(header: &str) -> String {
    header
        .chars()
        .filter(|symbol| symbol.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_run_is_text_and_everything_else_stays() {
        for (cell, written) in [
            (
                "=HYPERLINK(\"http://evil.example\")",
                "'=HYPERLINK(\"http://evil.example\")",
            ),
            ("+1", "'+1"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("'Salem’s Lot", "'Salem’s Lot"),
            ("1984", "1984"),
            ("Catch-22", "Catch-22"),
            ("", ""),
        ] {
            assert_eq!(defuse(cell), written);
            assert_eq!(restore(written), cell);
        }
        // From a file that was not written here.
        assert_eq!(restore("=1"), "=1");
    }

    proptest! {
        #[test]
        fn every_cell_comes_back_as_it_was(cell in "(?s)['=+@\\-\t\r]{0,4}.*") {
            let written = defuse(&cell).into_owned();
            prop_assert!(!written.starts_with(begins_a_formula));
            prop_assert_eq!(restore(&written), cell.as_str());
        }
    }
}
