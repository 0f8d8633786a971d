//! The part of the queue that a moderator works through.

use dogear_server::moderation::queue::{Filter, Sort};
use serde::{Deserialize, Serialize};

/// The part of the queue that is shown, as the address says it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Part {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mine: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// Not carried along: what comes next is looked for in the whole part.
    #[serde(default, skip_serializing)]
    page: String,
}

impl Part {
    /// The part that a form was shown in, as [`Part::query`] said it.
    pub(super) fn of(query: &str) -> Self {
        serde_html_form::from_str(query).unwrap_or_default()
    }

    /// Carries it through a form.
    pub(super) fn query(&self) -> String {
        // Four texts: they always encode.
        serde_html_form::to_string(self).unwrap_or_default()
    }

    pub(super) fn filter(&self) -> Filter {
        Filter {
            kind: self.kind.parse().ok(),
            mine: !self.mine.is_empty(),
            sort: if self.sort == "age" {
                Sort::Age
            } else {
                Sort::Score
            },
            page: self.page.parse().unwrap_or(1).clamp(1, 10_000),
        }
    }

    /// `path` with this part of the queue.
    pub(super) fn on(&self, path: &str) -> String {
        match self.query() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}
