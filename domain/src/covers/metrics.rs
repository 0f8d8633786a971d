//! How wide text is, near enough to set it without a font at hand.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;

/// The writing systems that are set differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Latin, Greek, Cyrillic, Armenian, Georgian: letters side by side, left to right.
    Latin,
    /// Hebrew, Arabic and their kin.
    RightToLeft,
    /// Indic and South-East Asian scripts: marks above and below need more room.
    Complex,
    /// Chinese, Japanese, Korean.
    EastAsian,
}

impl Script {
    /// The script that decides how `text` is set.
    pub(super) fn of(text: &str) -> Self {
        let has = |of: fn(char) -> bool| text.chars().any(of);
        if has(
            |c| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'),
        ) {
            Self::EastAsian
        } else if has(
            |c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'),
        ) {
            Self::RightToLeft
        } else if has(is_complex) {
            Self::Complex
        } else {
            Self::Latin
        }
    }
}

fn is_complex(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

fn is_full_width(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..)
}

/// The two faces, each a list of fonts that systems have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Serif,
    Sans,
}

/// Advances in thousandths of an em: a to z, then A to Z.
const SERIF: [u16; 52] = [
    500, 553, 444, 611, 479, 333, 556, 582, 291, 234, 556, 291, 883, 582, 546, 601, 560, 395, 424,
    326, 603, 565, 834, 516, 556, 500, 778, 611, 709, 774, 611, 556, 763, 832, 337, 333, 726, 611,
    946, 831, 786, 604, 786, 668, 525, 613, 778, 722, 1000, 667, 667, 667,
];
const SANS: [u16; 52] = [
    556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
    333, 611, 556, 778, 556, 556, 500, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611,
    833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611,
];

impl Face {
    /// The value of `font-family`.
    pub(super) fn family(self) -> &'static str {
        match self {
            Self::Serif => {
                "'Iowan Old Style',P052,'URW Palladio L','Palatino Linotype',Palatino,'Book Antiqua','Noto Serif',serif"
            }
            Self::Sans => {
                "'Helvetica Neue',Helvetica,'Nimbus Sans',Arial,'Liberation Sans','Noto Sans',sans-serif"
            }
        }
    }

    fn letter(self, c: char) -> Option<f64> {
        let at = match c {
            'a'..='z' => c as usize - 'a' as usize,
            'A'..='Z' => c as usize - 'A' as usize + 26,
            _ => return None,
        };
        let table = match self {
            Self::Serif => &SERIF,
            Self::Sans => &SANS,
        };
        Some(f64::from(table[at]) / 1000.0)
    }

    /// The advance of `text` in em.
    pub(super) fn advance(self, text: &str, bold: bool) -> f64 {
        let mut width = 0.0;
        for c in text.nfd() {
            width += match c {
                _ if c.general_category() == GeneralCategory::NonspacingMark => continue,
                _ if c.general_category() == GeneralCategory::SpacingMark => 0.3,
                _ if is_full_width(c) => 1.0,
                ' ' => 0.25,
                '.' | ',' | ':' | ';' | '\'' | '’' | '‘' | '!' | '|' | 'ı' => 0.27,
                '-' | '–' => 0.36,
                '\u{590}'..='\u{8ff}' => 0.52,
                _ if is_complex(c) => 0.66,
                _ => self.letter(c).unwrap_or_else(|| {
                    if c.general_category() == GeneralCategory::UppercaseLetter {
                        0.74
                    } else {
                        0.56
                    }
                }),
            };
        }
        if bold && self == Self::Serif {
            width * 1.05
        } else {
            width
        }
    }
}

/// What a reader takes for one character each.
pub(super) fn graphemes(text: &str) -> Vec<&str> {
    text.graphemes(true).collect()
}

/// White space between words: what Unicode calls so, and the byte order mark, but not the
/// next-line control.
pub(super) fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

/// `text` without white space at either end.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}
