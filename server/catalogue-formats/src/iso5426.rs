//! ISO 5426, the encoding of UNIMARC records before Unicode: ASCII, letters and signs of Latin
//! scripts, and accents that stand before their letter. Table: ISO 5426:1983, “Extension of the
//! Latin alphabet coded character set for bibliographic information interchange”.

use crate::marc8::with_accents_first;

/// The text; none when it holds what the encoding does not know.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    with_accents_first(bytes, accent, letter)
}

fn letter(byte: u8) -> Option<char> {
    Some(match byte {
        0xa1 => '¡',
        0xa2 => '„',
        0xa3 => '£',
        0xa4 => '$',
        0xa5 => '¥',
        0xa6 => '†',
        0xa7 => '§',
        0xa8 => '′',
        0xa9 => '‘',
        0xaa => '“',
        0xab => '«',
        0xac => '♭',
        0xad => '©',
        0xae => '℗',
        0xaf => '®',
        0xb0 => 'ʻ',
        0xb1 => 'ʼ',
        0xb2 => '‚',
        0xb6 => '‡',
        0xb7 => '·',
        0xb8 => '″',
        0xb9 => '’',
        0xba => '”',
        0xbb => '»',
        0xbc => '♯',
        0xbd => 'ʹ',
        0xbe => 'ʺ',
        0xbf => '¿',
        0xe1 => 'Æ',
        0xe2 => 'Đ',
        0xe6 => 'Ĳ',
        0xe8 => 'Ł',
        0xe9 => 'Ø',
        0xea => 'Œ',
        0xec => 'Þ',
        0xf1 => 'æ',
        0xf2 => 'đ',
        0xf3 => 'ð',
        0xf5 => 'ı',
        0xf6 => 'ĳ',
        0xf8 => 'ł',
        0xf9 => 'ø',
        0xfa => 'œ',
        0xfb => 'ß',
        0xfc => 'þ',
        _ => return None,
    })
}

fn accent(byte: u8) -> Option<char> {
    Some(match byte {
        0xc0 => '\u{309}',
        0xc1 => '\u{300}',
        0xc2 => '\u{301}',
        0xc3 => '\u{302}',
        0xc4 => '\u{303}',
        0xc5 => '\u{304}',
        0xc6 => '\u{306}',
        0xc7 => '\u{307}',
        0xc8 | 0xc9 => '\u{308}',
        0xca => '\u{30a}',
        0xcb => '\u{315}',
        0xcc => '\u{312}',
        0xcd => '\u{30b}',
        0xce => '\u{31b}',
        0xcf => '\u{30c}',
        0xd0 => '\u{327}',
        0xd1 => '\u{31c}',
        0xd2 => '\u{326}',
        0xd3 => '\u{328}',
        0xd4 => '\u{325}',
        0xd5 => '\u{32e}',
        0xd6 => '\u{323}',
        0xd7 => '\u{324}',
        0xd8 => '\u{332}',
        0xd9 => '\u{333}',
        0xda => '\u{329}',
        0xdb => '\u{32d}',
        0xdd => '\u{fe20}',
        0xde => '\u{fe21}',
        0xdf => '\u{fe23}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_stand_before_their_letters() {
        assert_eq!(decode(b"L'\xc2et\xc2e").unwrap(), "L'été");
        assert_eq!(
            decode(b"C\xfaur fran\xd0cais, \xc8uber").unwrap(),
            "Cœur français, über"
        );
        assert_eq!(decode(b"\x88Le \x89port").unwrap(), "Le port");
        for wrong in [&b"e\xc2"[..], b"\xff", b"\x90"] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
    }
}
