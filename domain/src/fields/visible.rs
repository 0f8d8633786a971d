//! What of a text can be seen.

use unicode_normalization::char::is_combining_mark;

/// The most accents that one letter carries. Vietnamese needs two, Hebrew with all its points
/// and accents, and the transcription of speech, four.
const MOST_MARKS: usize = 4;

/// Whether there is anything in the text that can be seen.
pub(super) fn has_visible(text: &str) -> bool {
    text.chars().any(is_visible)
}

/// Whether marks are heaped on a letter, so that they cover the lines around it.
pub(super) fn has_too_many_marks(text: &str) -> bool {
    let mut heap = 0;
    text.chars().any(|symbol| {
        heap = if is_combining_mark(symbol) {
            heap + 1
        } else {
            0
        };
        heap > MOST_MARKS
    })
}

/// Whether a character shows by itself: no space, no control, no mark without a letter, nothing
/// that is left out when text is drawn (`Default_Ignorable_Code_Point` of the Unicode Character
/// Database), and no empty braille cell.
pub(super) fn is_visible(symbol: char) -> bool {
    let ignorable = matches!(
        symbol,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    );
    !ignorable
        && symbol != '\u{2800}'
        && !symbol.is_whitespace()
        && !symbol.is_control()
        && !is_combining_mark(symbol)
}
