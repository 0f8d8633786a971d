//! The lists of moderation: decisions, listings, mail, members, trades, jobs, the audit log. Each is a page of
//! rows, newest first, with a filter above and a link to what is older below.

use leptos::prelude::*;
use serde::Deserialize;

use super::shared::with_query;

/// A list as it is asked for: by words, by state, and what comes before a number.
#[derive(Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub state: String,
    pub before: Option<i64>,
}

/// One page of a list, as it was asked for.
pub(super) struct AdminList {
    path: &'static str,
    query: Vec<(&'static str, String)>,
    shown: usize,
    page: i64,
    last: String,
}

impl AdminList {
    /// The list at `path`, asked for with `query`. `rows` are those of this page, which holds
    /// at most `page` of them; `id` is what the next page begins after.
    pub(super) fn new<Row, Id: ToString>(
        path: &'static str,
        query: &[(&'static str, &str)],
        rows: &[Row],
        id: impl Fn(&Row) -> Id,
        page: i64,
    ) -> Self {
        Self {
            path,
            query: query
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            shown: rows.len(),
            page,
            last: rows
                .last()
                .map(|row| id(row).to_string())
                .unwrap_or_default(),
        }
    }

    /// What was asked for under `name`.
    pub(super) fn asked(&self, name: &str) -> String {
        self.query
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// The heading with the search field `q` and one choice.
    pub(super) fn filter(
        &self,
        title: &'static str,
        label: &'static str,
        choices: Choices,
    ) -> impl IntoView + use<> {
        let chosen = self.asked(choices.name);
        filter(
            title,
            self.path,
            label,
            self.asked("q"),
            Some((choices, chosen)),
        )
    }

    /// A page with the list under its `head`.
    pub(super) fn view<Table: IntoView + 'static>(
        self,
        head: impl IntoView,
        empty: &'static str,
        table: impl FnOnce() -> Table,
    ) -> impl IntoView {
        let body = self.body(empty, table);
        view! { <div class="moderation-page">{head}{body}</div> }
    }

    /// The list alone: a table, or the sentence `empty` in its place, and the link to what is
    /// older.
    pub(super) fn body<Table: IntoView + 'static>(
        self,
        empty: &'static str,
        table: impl FnOnce() -> Table,
    ) -> impl IntoView {
        let mut query: Vec<(&str, &str)> = self
            .query
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        query.push(("before", &self.last));
        let older = with_query(self.path, &query);
        let body = if self.shown == 0 {
            empty_state(empty).into_any()
        } else {
            table().into_any()
        };
        let older = (self.shown as i64 >= self.page).then(|| {
            view! {
                <p class="mt4">
                    <a href=older rel="next" data-key="n">
                        "Older"
                    </a>
                </p>
            }
        });
        view! {
            {body}
            {older}
        }
    }
}

/// What a list can be narrowed to: value and label of each choice.
pub(super) struct Choices {
    pub name: &'static str,
    pub label: &'static str,
    pub options: Vec<(&'static str, &'static str)>,
}

/// A list's heading with its filter, sent by GET: a search field, and choices with the chosen one.
pub(super) fn filter(
    title: &'static str,
    path: &'static str,
    label: &'static str,
    words: String,
    choices: Option<(Choices, String)>,
) -> impl IntoView + use<> {
    view! {
        <div class="row row-between moderation-head">
            <h1>{title}</h1>
            <form class="row" action=path role="search">
                <label class="fine quiet" for="q">
                    {label}
                </label>
                <input
                    class="input input-inline"
                    id="q"
                    name="q"
                    type="search"
                    value=words
                    autocomplete="off"
                />
                {choices
                    .map(|(Choices { name, label, options }, chosen)| {
                        view! {
                            <label class="visually-hidden" for=name>
                                {label}
                            </label>
                            <select class="select select-inline" id=name name=name>
                                {options
                                    .into_iter()
                                    .map(|(value, label)| {
                                        let selected = value == chosen;
                                        view! {
                                            <option value=value selected=selected>
                                                {label}
                                            </option>
                                        }
                                    })
                                    .collect_view()}
                            </select>
                        }
                    })}
                <button class="btn btn-small">"Show"</button>
            </form>
        </div>
    }
}

/// The table of a list: caption, cells of the head, rows.
pub(super) fn table(
    caption: &'static str,
    head: impl IntoView,
    rows: Vec<impl IntoView>,
) -> impl IntoView {
    view! {
        <div class="tablebox">
            <table class="table moderation-table num">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// What stands in place of an empty list.
pub(super) fn empty_state(sentence: &'static str) -> impl IntoView {
    view! { <p class="quiet mt5">{sentence}</p> }
}
