//! MARC-8, the encoding of MARC records before Unicode: ASCII, the letters of ANSEL, and
//! accents that stand before their letter. Tables: Library of Congress, “MARC-8 Encoding
//! Environment”, Basic and Extended Latin. Other scripts, which records repeat in Latin
//! letters, are not read.

use unicode_normalization::UnicodeNormalization as _;

/// Escape, which would change to another script.
const ESCAPE: u8 = 0x1b;
/// What follows an escape that stays with Latin letters: raised and lowered ones, and back again.
const LATIN: [&[u8]; 9] = [
    b"s", b"p", b"b", b"(B", b",B", b")!E", b"-!E", b"(!E", b"(s",
];

/// The text; none when it needs more than Latin letters, or holds what the encoding does
/// not know.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    with_accents_first(bytes, accent, letter)
}

/// Text in which accents stand before their letters: ASCII, and above it what `accent` and
/// `letter` know.
pub(crate) fn with_accents_first(
    bytes: &[u8],
    accent: fn(u8) -> Option<char>,
    letter: fn(u8) -> Option<char>,
) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    let mut accents = Vec::new();
    let mut rest = bytes;
    while let [byte, behind @ ..] = rest {
        rest = behind;
        match *byte {
            ESCAPE => {
                let change = LATIN.iter().find(|change| behind.starts_with(change))?;
                rest = &behind[change.len()..];
            }
            0x00..0x80 => {
                text.push(char::from(*byte));
                text.extend(accents.drain(..));
            }
            // Marks of what is left out when sorting, and joiners: not part of the text.
            0x88 | 0x89 | 0x8d | 0x8e | 0x98 | 0x9c => {}
            other => {
                if let Some(accent) = accent(other) {
                    accents.push(accent);
                } else {
                    text.push(letter(other)?);
                    text.extend(accents.drain(..));
                }
            }
        }
    }
    accents.is_empty().then(|| text.nfc().collect())
}

fn letter(byte: u8) -> Option<char> {
    Some(match byte {
        0xa1 => 'Ł',
        0xa2 => 'Ø',
        0xa3 => 'Đ',
        0xa4 => 'Þ',
        0xa5 => 'Æ',
        0xa6 => 'Œ',
        0xa7 => 'ʹ',
        0xa8 => '·',
        0xa9 => '♭',
        0xaa => '®',
        0xab => '±',
        0xac => 'Ơ',
        0xad => 'Ư',
        0xae => 'ʼ',
        0xb0 => 'ʻ',
        0xb1 => 'ł',
        0xb2 => 'ø',
        0xb3 => 'đ',
        0xb4 => 'þ',
        0xb5 => 'æ',
        0xb6 => 'œ',
        0xb7 => 'ʺ',
        0xb8 => 'ı',
        0xb9 => '£',
        0xba => 'ð',
        0xbc => 'ơ',
        0xbd => 'ư',
        0xc0 => '°',
        0xc1 => 'ℓ',
        0xc2 => '℗',
        0xc3 => '©',
        0xc4 => '♯',
        0xc5 => '¿',
        0xc6 => '¡',
        0xc7 => 'ß',
        0xc8 => '€',
        _ => return None,
    })
}

fn accent(byte: u8) -> Option<char> {
    Some(match byte {
        0xe0 => '\u{309}',
        0xe1 => '\u{300}',
        0xe2 => '\u{301}',
        0xe3 => '\u{302}',
        0xe4 => '\u{303}',
        0xe5 => '\u{304}',
        0xe6 => '\u{306}',
        0xe7 => '\u{307}',
        0xe8 => '\u{308}',
        0xe9 => '\u{30c}',
        0xea => '\u{30a}',
        0xeb => '\u{fe20}',
        0xec => '\u{fe21}',
        0xed => '\u{315}',
        0xee => '\u{30b}',
        0xef => '\u{310}',
        0xf0 => '\u{327}',
        0xf1 => '\u{328}',
        0xf2 => '\u{323}',
        0xf3 => '\u{324}',
        0xf4 => '\u{325}',
        0xf5 => '\u{333}',
        0xf6 => '\u{332}',
        0xf7 => '\u{326}',
        0xf8 => '\u{31c}',
        0xf9 => '\u{32e}',
        0xfa => '\u{fe22}',
        0xfb => '\u{fe23}',
        0xfe => '\u{313}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_before_their_letters_come_behind_them() {
        assert_eq!(decode(b"plain").unwrap(), "plain");
        assert_eq!(decode(b"Garc\xe2ia M\xe2arquez").unwrap(), "García Márquez");
        assert_eq!(decode(b"\xb1\xe2od\xe2z").unwrap(), "łódź");
        // Halves of a ligature join two letters.
        assert_eq!(decode(b"\xebt\xecs").unwrap(), "t\u{fe20}s\u{fe21}");
        assert_eq!(decode(b"\xf2\xe3e").unwrap(), "ệ");
    }

    #[test]
    fn what_is_no_latin_text_is_not_guessed() {
        for wrong in [&b"\x1b(NabC"[..], b"e\xe2", b"\xff", b"\x9f"] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
    }
}
