//! Plain text with its links made clickable.

/// A stretch of text, or a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Link(String),
}

/// `text` cut at its `http://` and `https://` links. Punctuation that ends the
/// sentence does not belong to a link.
pub(super) fn linked(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = next_link(rest) {
        let (before, from) = rest.split_at(at);
        let end = from
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
            .unwrap_or(from.len());
        let link = from[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '”']);
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(Part::Link(link.to_owned()));
        rest = &from[link.len()..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    parts
}

/// The links of `text`, in order.
pub(super) fn links(text: &str) -> Vec<String> {
    linked(text)
        .into_iter()
        .filter_map(|part| match part {
            Part::Link(link) => Some(link),
            Part::Text(_) => None,
        })
        .collect()
}

fn next_link(text: &str) -> Option<usize> {
    ["http://", "https://"]
        .into_iter()
        .filter_map(|scheme| text.find(scheme))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_end_before_the_sentence_does() {
        let text = "Open http://a.test/confirm?t=x-1. Or (https://b.test/), <http://c.test>";
        assert_eq!(
            links(text),
            [
                "http://a.test/confirm?t=x-1",
                "https://b.test/",
                "http://c.test"
            ]
        );
        let whole: String = linked(text)
            .into_iter()
            .map(|part| match part {
                Part::Text(text) | Part::Link(text) => text,
            })
            .collect();
        assert_eq!(whole, text);
        assert_eq!(linked("no link: javascript:alert(1)").len(), 1);
        assert!(linked("").is_empty());
    }
}
