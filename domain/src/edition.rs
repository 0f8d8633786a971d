//! What is printed on and in an edition: its binding and its language.

use crate::text_enum::text_enum;

text_enum! {
    /// How an edition is bound or recorded.
    pub enum Format {
        /// Soft covers.
        Paperback => "paperback",
        /// Boards, with or without a jacket.
        Hardback => "hardback",
        /// The small, cheap paperback.
        MassMarket => "mass-market",
        /// Set in large type.
        LargePrint => "large-print",
        /// A recording.
        Audio => "audio",
        /// Anything else.
        Other => "other",
        /// Nobody has said.
        Unknown => "unknown",
    }
}

impl Format {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Paperback => "Paperback",
            Self::Hardback => "Hardback",
            Self::MassMarket => "Pocket paperback",
            Self::LargePrint => "Large print",
            Self::Audio => "Audio",
            Self::Other => "Other format",
            Self::Unknown => "Format not known",
        }
    }
}

/// Languages a book can be entered in: ISO 639-1 code and English name, by name.
pub const LANGUAGES: &[(&str, &str)] = &[
    ("af", "Afrikaans"),
    ("sq", "Albanian"),
    ("ar", "Arabic"),
    ("hy", "Armenian"),
    ("eu", "Basque"),
    ("be", "Belarusian"),
    ("bn", "Bengali"),
    ("bs", "Bosnian"),
    ("br", "Breton"),
    ("bg", "Bulgarian"),
    ("ca", "Catalan"),
    ("zh", "Chinese"),
    ("hr", "Croatian"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("nl", "Dutch"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("et", "Estonian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("gl", "Galician"),
    ("ka", "Georgian"),
    ("de", "German"),
    ("el", "Greek"),
    ("gu", "Gujarati"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hu", "Hungarian"),
    ("is", "Icelandic"),
    ("id", "Indonesian"),
    ("ga", "Irish"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("kn", "Kannada"),
    ("ko", "Korean"),
    ("la", "Latin"),
    ("lv", "Latvian"),
    ("lt", "Lithuanian"),
    ("mk", "Macedonian"),
    ("ms", "Malay"),
    ("ml", "Malayalam"),
    ("mr", "Marathi"),
    ("no", "Norwegian"),
    ("fa", "Persian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("pa", "Punjabi"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sa", "Sanskrit"),
    ("gd", "Scottish Gaelic"),
    ("sr", "Serbian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("es", "Spanish"),
    ("sw", "Swahili"),
    ("sv", "Swedish"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("cy", "Welsh"),
    ("yi", "Yiddish"),
];

/// The English name of a language code, or `None` for a code that is not in [`LANGUAGES`].
#[must_use]
pub fn language_name(code: &str) -> Option<&'static str> {
    LANGUAGES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_stand_once_each_in_order_of_their_names() {
        assert!(LANGUAGES.is_sorted_by(|(_, one), (_, next)| one < next));
        for (code, name) in LANGUAGES {
            assert_eq!(language_name(code), Some(*name));
        }
        assert_eq!(language_name("xx"), None);
    }
}
