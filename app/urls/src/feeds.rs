//! Feeds with a query.

/// New copies of what a search finds, whose pairs are written as those of its page.
pub fn search_feed(pairs: &str) -> String {
    if pairs.is_empty() {
        crate::SEARCH_FEED.to_owned()
    } else {
        format!("{}?{pairs}", crate::SEARCH_FEED)
    }
}
