//! Free text of catalogues, read into values: years, bindings, languages, genres.

use dogear_domain::edition::{Format, language_name};
use unicode_normalization::UnicodeNormalization as _;

/// Longer titles and names are cut.
pub const LINE: usize = 300;
/// Longer descriptions are cut.
pub const TEXT: usize = 4000;

/// One line without control characters and doubled spaces, at most `longest` characters. Accents
/// are one with their letters, as keyboards write them.
pub fn line(text: &str, longest: usize) -> String {
    let composed = if text.is_ascii() {
        text.to_owned()
    } else {
        text.nfc().collect()
    };
    let words: String = composed
        .chars()
        .map(|symbol| if symbol.is_control() { ' ' } else { symbol })
        .collect();
    let mut line = String::with_capacity(words.len());
    for word in words.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    cut(line, longest)
}

/// Paragraphs, without other control characters.
pub fn paragraphs(text: &str) -> String {
    let kept: String = text
        .replace("\r\n", "\n")
        .chars()
        .filter(|symbol| *symbol == '\n' || !symbol.is_control())
        .collect();
    cut(kept.trim().to_owned(), TEXT)
}

fn cut(mut text: String, longest: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(longest) {
        text.truncate(end);
        text.truncate(text.trim_end().len());
    }
    text
}

/// The first year in free text such as "c1998", "March 3, 1975", "1998-04"; from
/// `least` to 2100, else none.
pub fn year(text: &str, least: i32) -> Option<i32> {
    text.split(|symbol: char| !symbol.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .find(|year| (least..=2100).contains(year))
}

/// Pages as a catalogue may say them; none when no book has that many.
pub fn pages(number: Option<i64>) -> Option<i32> {
    number
        .and_then(|pages| i32::try_from(pages).ok())
        .filter(|pages| (1..=100_000).contains(pages))
}

/// The pages in an extent such as "xii, 345 p." or "345 Seiten": its largest number, where
/// it is one of pages and not of volumes.
pub fn page_count(text: &str) -> Option<i64> {
    let text = text.to_lowercase();
    let of_pages = text
        .split(|symbol: char| !symbol.is_alphabetic())
        .any(|word| {
            matches!(
                word,
                "p" | "pp" | "pages" | "leaves" | "s" | "seiten" | "str" | "pag"
            )
        });
    text.split(|symbol: char| !symbol.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .filter(|_| of_pages)
        .max()
}

/// The binding in free text.
pub fn format(text: &str) -> Format {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if text.trim().is_empty() {
        Format::Unknown
    } else if has(&["audio", "cassette", "compact disc", "mp3", "cd"]) {
        Format::Audio
    } else if has(&["large print", "large type"]) {
        Format::LargePrint
    } else if has(&["mass market", "pocket"]) {
        Format::MassMarket
    } else if has(&[
        "hardcover",
        "hardback",
        "hard cover",
        "cloth",
        "library binding",
    ]) {
        Format::Hardback
    } else if has(&[
        "paperback",
        "softcover",
        "soft cover",
        "broché",
        "trade paper",
    ]) {
        Format::Paperback
    } else {
        Format::Other
    }
}

/// ISO 639-1 for the MARC and ISO 639-2 codes of languages books here can be in.
const LANGUAGES: &[(&str, &str)] = &[
    ("afr", "af"),
    ("alb", "sq"),
    ("sqi", "sq"),
    ("ara", "ar"),
    ("arm", "hy"),
    ("hye", "hy"),
    ("baq", "eu"),
    ("eus", "eu"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bos", "bs"),
    ("bre", "br"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("chi", "zh"),
    ("zho", "zh"),
    ("hrv", "hr"),
    ("scr", "hr"),
    ("cze", "cs"),
    ("ces", "cs"),
    ("dan", "da"),
    ("dut", "nl"),
    ("nld", "nl"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fin", "fi"),
    ("fre", "fr"),
    ("fra", "fr"),
    ("glg", "gl"),
    ("geo", "ka"),
    ("kat", "ka"),
    ("ger", "de"),
    ("deu", "de"),
    ("gre", "el"),
    ("ell", "el"),
    ("guj", "gu"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hun", "hu"),
    ("ice", "is"),
    ("isl", "is"),
    ("ind", "id"),
    ("gle", "ga"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kan", "kn"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mac", "mk"),
    ("mkd", "mk"),
    ("may", "ms"),
    ("msa", "ms"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("nor", "no"),
    ("nob", "no"),
    ("per", "fa"),
    ("fas", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("pan", "pa"),
    ("rum", "ro"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("gla", "gd"),
    ("srp", "sr"),
    ("scc", "sr"),
    ("slo", "sk"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("spa", "es"),
    ("swa", "sw"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tha", "th"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("vie", "vi"),
    ("wel", "cy"),
    ("cym", "cy"),
    ("yid", "yi"),
];

/// ISO 639-1 for a code of two or three letters, or empty.
pub fn language(code: &str) -> String {
    let code = code.trim().to_lowercase();
    let short = LANGUAGES
        .iter()
        .find(|(long, _)| *long == code)
        .map_or(code.as_str(), |(_, short)| short);
    if language_name(short).is_some() {
        short.to_owned()
    } else {
        String::new()
    }
}

/// Words in subjects that tell the genre, the telling ones first.
const SUBJECTS: &[(&str, &str)] = &[
    ("science fiction", "science-fiction"),
    ("fantasy", "fantasy"),
    ("detective", "crime"),
    ("mystery", "crime"),
    ("crime", "crime"),
    ("juvenile", "children"),
    ("children's", "children"),
    ("comic", "comics"),
    ("graphic novel", "comics"),
    ("historical fiction", "historical"),
    ("short stories", "short-stories"),
    ("poetry", "poetry"),
    ("poems", "poetry"),
    ("drama", "plays"),
    ("plays", "plays"),
    ("essays", "essays"),
    ("biography", "biography"),
    ("autobiography", "biography"),
    ("philosophy", "philosophy"),
    ("travel", "travel"),
    ("natural history", "science"),
    ("science", "science"),
    ("fiction", "novels"),
    ("history", "history"),
];

/// The genre that subjects tell, if any.
pub fn genre<'a>(subjects: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let subjects: Vec<String> = subjects.take(30).map(str::to_lowercase).collect();
    SUBJECTS
        .iter()
        .find(|(word, _)| subjects.iter().any(|subject| subject.contains(word)))
        .map(|(_, genre)| *genre)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_found_in_free_text() {
        assert_eq!(year("c1998.", 1000), Some(1998));
        assert_eq!(year("March 3, 1975", 1000), Some(1975));
        assert_eq!(year("[between 1890 and 1900]", 1000), Some(1890));
        for none in ["", "n.d.", "0000", "9999", "19980401", "199?"] {
            assert_eq!(year(none, 1000), None, "{none}");
        }
    }

    #[test]
    fn pages_are_told_from_volumes() {
        assert_eq!(page_count("xii, 345, [3] p. :"), Some(345));
        assert_eq!(page_count("288 Seiten"), Some(288));
        for none in ["3 v.", "", "1 score", "p.", "99999999999999999999 p."] {
            assert_eq!(page_count(none), None, "{none}");
        }
        assert_eq!(
            (pages(Some(345)), pages(Some(0)), pages(Some(1 << 40))),
            (Some(345), None, None)
        );
    }

    #[test]
    fn bindings_languages_and_genres_are_known_by_their_words() {
        assert_eq!(format("Mass Market Paperback"), Format::MassMarket);
        assert_eq!(format("Hardcover"), Format::Hardback);
        assert_eq!(format("Paperback"), Format::Paperback);
        assert_eq!(format("Audio CD"), Format::Audio);
        assert_eq!(format("microform"), Format::Other);
        assert_eq!(format(" "), Format::Unknown);
        assert_eq!(
            (language("eng"), language("DE")),
            ("en".into(), "de".into())
        );
        assert_eq!(language("zxx"), "");
        assert_eq!(
            genre(["Detective and mystery stories"].into_iter()),
            Some("crime")
        );
        assert_eq!(genre(["Botany"].into_iter()), None);
        for (_, short) in LANGUAGES {
            assert!(language_name(short).is_some(), "{short}");
        }
    }

    #[test]
    fn lines_have_no_control_characters_and_an_end() {
        assert_eq!(line("  A\t\tb\n c ", 300), "A b c");
        assert_eq!(line("A\u{304}da\u{304}b", 300), "Ādāb");
        assert_eq!(line("abcdef gh", 7), "abcdef");
        assert_eq!(paragraphs("a\r\n\u{7}b"), "a\nb");
    }
}
