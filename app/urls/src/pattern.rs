//! Which page an address is of.

use std::sync::LazyLock;

use crate::pages;

/// The pattern of the page at `path`: what is said of a request without what stands in its
/// address. The most literal one that fits; nothing when no page is there.
#[must_use]
pub fn pattern_of(path: &str) -> Option<&'static str> {
    // Asked for each request: a tree, since a hundred comparisons would be felt.
    static TREE: LazyLock<matchit::Router<&str>> = LazyLock::new(|| {
        let mut tree = matchit::Router::new();
        for page in pages::ALL {
            tree.insert(page.pattern, page.pattern)
                .expect("no two pages have one address");
        }
        tree
    });
    TREE.at(path).ok().map(|found| *found.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_says_where_and_not_what() {
        for (path, pattern) in [
            ("/reset/secret", Some("/reset/{token}")),
            ("/shelf/add/many", Some("/shelf/add/many")),
            ("/shelf/add/12", Some("/shelf/add/{edition}")),
            ("/", Some("/")),
            ("/reset/secret/", None),
        ] {
            assert_eq!(pattern_of(path), pattern, "{path}");
        }
    }
}
