//! How many records a file has, counted without the reader that is judged by the number.

use std::path::Path;

/// What ends a record of ISO 2709.
const END_OF_RECORD: u8 = 0x1d;

/// The records of a file: those of ISO 2709 by the marks at their ends, those of XML by the tags
/// that open them, those of a table by its rows.
pub(crate) fn records(file: &Path, bytes: &[u8]) -> usize {
    match file.extension().and_then(|kind| kind.to_str()) {
        Some("xml") => elements(bytes),
        Some("csv") => rows(bytes).saturating_sub(1),
        _ => bytes
            .split(|byte| *byte == END_OF_RECORD)
            .filter(|record| !record.trim_ascii().is_empty())
            .count(),
    }
}

/// Tags such as `<record>` and `<marc:record type="a">`.
fn elements(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    text.split('<')
        .skip(1)
        .filter(|tag| {
            let name = tag
                .split(|symbol: char| symbol.is_whitespace() || matches!(symbol, '>' | '/'))
                .next()
                .unwrap_or_default();
            name.rsplit(':').next() == Some("record")
        })
        .count()
}

/// Rows that say something. An end of a line within quotation marks ends none.
fn rows(bytes: &[u8]) -> usize {
    let (mut rows, mut quoted, mut says) = (0, false, false);
    for byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                rows += usize::from(says);
                says = false;
            }
            b',' | b';' | b'\t' | b'|' => {}
            other => says |= !other.is_ascii_whitespace(),
        }
    }
    rows + usize::from(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_by_their_marks_tags_and_rows() {
        let count = |name: &str, bytes: &[u8]| records(Path::new(name), bytes);
        assert_eq!(count("a.mrc", b"one\x1dtwo\x1d\r\n"), 2);
        assert_eq!(count("a.dat", b"one\x1dhalf"), 2);
        assert_eq!(
            count(
                "a.xml",
                b"<records><m:record a='b'></m:record><record/></records>"
            ),
            2
        );
        assert_eq!(count("a.csv", b"title,b\r\"A\rB\",c\r,\rD,e"), 2);
    }
}
