//! Bytes of a file as text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::FileProblem;

/// What other kinds of files begin with.
const WORKBOOKS: [&[u8]; 3] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"];
/// The bytes that tell whether it is text.
const LOOKED_AT: usize = 8 * 1024;

/// The text, in whatever encoding it is written. Control characters are left out.
pub(super) fn decode(bytes: &[u8]) -> Result<String, FileProblem> {
    if WORKBOOKS.iter().any(|start| bytes.starts_with(start)) {
        return Err(FileProblem::Workbook);
    }
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (Some(encoding), length),
        None => (sixteen_bits(bytes), 0),
    };
    let bytes = &bytes[mark..];
    let text: Cow<'_, str> = match (encoding, std::str::from_utf8(bytes)) {
        (Some(encoding), _) => encoding.decode_without_bom_handling(bytes).0,
        (None, Ok(text)) => Cow::Borrowed(text),
        (None, Err(_)) => {
            let guess = dogear_catalogue_formats::encoding::guess(bytes, true);
            guess.decode_without_bom_handling(bytes).0
        }
    };
    let strange = |symbol: char| symbol.is_control() && !matches!(symbol, '\n' | '\r' | '\t');
    let (mut looked_at, mut controls) = (0, 0);
    for symbol in text.chars().take(LOOKED_AT) {
        looked_at += 1;
        controls += usize::from(strange(symbol) || symbol == char::REPLACEMENT_CHARACTER);
    }
    // A few may have slipped in anywhere.
    if controls > 4 && controls * 50 > looked_at {
        return Err(FileProblem::NoTable);
    }
    Ok(if text.contains(strange) {
        text.chars().filter(|symbol| !strange(*symbol)).collect()
    } else {
        text.into_owned()
    })
}

/// UTF-16 without its mark: every other byte of Latin letters is zero.
fn sixteen_bits(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |from: usize| {
        start
            .iter()
            .skip(from)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let most = start.len() / 3;
    match (even > most, odd > most) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}
