//! What a title is made of: an article, a main title, a subtitle.

use super::metrics::is_space;

const ARTICLES: [&str; 25] = [
    "the", "a", "an", "le", "la", "les", "l'", "l’", "un", "une", "der", "die", "das", "ein", "el",
    "los", "las", "o", "os", "as", "il", "lo", "gli", "de", "het",
];

/// A title apart from its subtitle: "Frankenstein; or, The Modern Prometheus" is "Frankenstein"
/// and "or, The Modern Prometheus". Without one, the second part is empty.
pub(super) fn split(title: &str) -> (&str, &str) {
    for (position, (at, c)) in title.char_indices().enumerate() {
        if position > 60 {
            break;
        }
        if position >= 3
            && let Some(subtitle) = subtitle(&title[at..])
        {
            return (&title[..at], subtitle);
        }
        if is_line_end(c) {
            break;
        }
    }
    (title, "")
}

/// The subtitle, if `rest` begins with what parts one from its title.
fn subtitle(rest: &str) -> Option<&str> {
    let marked = rest.trim_start_matches(is_space).strip_prefix([';', ':']);
    if let Some(subtitle) = marked.and_then(after_spaces) {
        return Some(subtitle);
    }
    let spaced = rest.strip_prefix(',')?;
    let words = spaced.trim_start_matches(is_space);
    let after = words.strip_prefix("or")?;
    let alternative = after
        .strip_prefix(',')
        .unwrap_or(after)
        .starts_with(is_space);
    (words.len() < spaced.len() && alternative && is_long_enough(words)).then_some(words)
}

/// What follows the white space that `rest` begins with. As much of it as possible is left out,
/// but a very short rest keeps some.
fn after_spaces(rest: &str) -> Option<&str> {
    let mut starts: Vec<usize> = rest
        .char_indices()
        .take_while(|&(_, c)| is_space(c))
        .map(|(at, c)| at + c.len_utf8())
        .collect();
    starts.reverse();
    starts
        .into_iter()
        .map(|at| &rest[at..])
        .find(|subtitle| is_long_enough(subtitle))
}

fn is_long_enough(subtitle: &str) -> bool {
    subtitle.chars().nth(3).is_some() && !subtitle.contains(is_line_end)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// `title` without the article it begins with.
pub(super) fn without_article(title: &str) -> &str {
    match title.find(is_space) {
        Some(end) if is_any(&title[..end], &ARTICLES) => title[end..].trim_start_matches(is_space),
        _ => title,
    }
}

/// Whether `word` is one of `words`, whatever the case of its letters.
pub(super) fn is_any(word: &str, words: &[&str]) -> bool {
    words
        .iter()
        .any(|other| word.chars().map(capital).eq(other.chars().map(capital)))
}

/// The capital of a letter where it is one letter; never an ASCII one for one that is not.
fn capital(c: char) -> char {
    let mut capitals = c.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) if c.is_ascii() || !capital.is_ascii() => capital,
        _ => c,
    }
}

/// The dashes after which a line may be broken.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subtitle_follows_a_colon_a_semicolon_or_an_alternative() {
        assert_eq!(
            split("Frankenstein; or, The Modern Prometheus"),
            ("Frankenstein", "or, The Modern Prometheus")
        );
        assert_eq!(split("Walden, or Life"), ("Walden", "or Life"));
        assert_eq!(split("Night : a tale"), ("Night", "a tale"));
        assert_eq!(split("Eats, Shoots"), ("Eats, Shoots", ""));
        assert_eq!(split("Re: all of it"), ("Re: all of it", ""));
        assert_eq!(split("Emma: abc"), ("Emma: abc", ""));
        assert_eq!(split("Emma:  abc"), ("Emma", " abc"));
    }

    #[test]
    fn articles_are_words_of_their_own() {
        assert_eq!(without_article("THE  Leopard"), "Leopard");
        assert_eq!(
            without_article("Theatre of the Mind"),
            "Theatre of the Mind"
        );
        assert_eq!(without_article("The"), "The");
    }
}
