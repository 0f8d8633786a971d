//! What the pages of merges share, of books and of editions: two chosen from a list, side by
//! side, and the record of a merge.

use dogear_server::moderation::merges::is_undoable;
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::form_state::FormState;
use crate::ui::time::Ago;

/// The two that are to be compared, as they were typed or chosen.
#[derive(Deserialize)]
pub(super) struct Two {
    #[serde(default)]
    pub keep: String,
    #[serde(default)]
    pub drop: String,
}

/// The cells of a row in which it is chosen as one of the two; `named` tells it from the others.
pub(super) fn choices(id: &str, named: &str) -> impl IntoView + use<> {
    let choice = |name: &'static str, words: &str| {
        let (id, label) = (id.to_owned(), format!("{words} {named}"));
        view! {
            <td>
                <label class="choice">
                    <input type="radio" name=name value=id required />
                    <span class="visually-hidden">{label}</span>
                </label>
            </td>
        }
    };
    view! {
        {choice("keep", "Keep")}
        {choice("drop", "Merge away")}
    }
}

/// The heads over [`choices`].
pub(super) fn choice_heads() -> impl IntoView {
    view! {
        <th scope="col">"Keep"</th>
        <th scope="col">"Merge away"</th>
    }
}

/// Sends the two that were chosen in `table` to be compared at `path`.
pub(super) fn choosing(path: &'static str, table: impl IntoView) -> impl IntoView {
    view! {
        <form class="stack" action=path>
            {table}
            <p>
                <button class="btn">"Compare the two"</button>
            </p>
        </form>
    }
}

/// Two side by side, and what a merge of them would do.
pub(super) struct SideBySide {
    pub title: String,
    /// The way back.
    pub trail: AnyView,
    /// A book or an edition.
    pub noun: &'static str,
    /// What stands in a row.
    pub fact: &'static str,
    pub hint: &'static str,
    /// The kept one and the other: number and link, or whatever tells them apart.
    pub heads: [AnyView; 2],
    /// Of each fact: its name, and what both say.
    pub rows: Vec<(&'static str, AnyView, AnyView)>,
    /// Where they are compared the other way round.
    pub swapped: String,
    /// What moves, and how much of it.
    pub moves: Vec<(String, i64)>,
    pub note: String,
    /// Where the merge is sent, and their numbers.
    pub action: &'static str,
    pub keep: String,
    pub drop: String,
    /// Fields that are asked beside.
    pub fields: AnyView,
}

impl SideBySide {
    pub(super) fn view(self, state: FormState) -> impl IntoView {
        let rows: Vec<_> = self
            .rows
            .into_iter()
            .map(|(label, kept, dropped)| {
                view! {
                    <tr>
                        <th scope="row">{label}</th>
                        <td>{kept}</td>
                        <td>{dropped}</td>
                    </tr>
                }
            })
            .collect();
        let moves: Vec<_> = self
            .moves
            .into_iter()
            .map(|(what, number)| {
                view! {
                    <dt>{what}</dt>
                    <dd>{number}</dd>
                }
            })
            .collect();
        let [kept, dropped] = self.heads;
        view! {
            <div class="moderation-page moderation-narrow stack">
                <ErrorSummary state=state />
                <p>{self.trail}</p>
                <h1>{self.title}</h1>
                <p class="quiet">
                    {format!(
                        "Compare them before you decide. {}A merge can be taken back for 30 days.",
                        self.hint,
                    )}
                </p>
                <div class="tablebox">
                    <table class="table moderation-table">
                        <caption class="visually-hidden">
                            {format!("Both {}s, side by side", self.noun)}
                        </caption>
                        <thead>
                            <tr>
                                <th scope="col">
                                    <span class="visually-hidden">{self.fact}</span>
                                </th>
                                <th scope="col">"Kept"<br />{kept}</th>
                                <th scope="col">"Merged away"<br />{dropped}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <p>
                    <a href=self.swapped>"Keep the other one instead"</a>
                </p>
                <h2>{format!("What moves to the kept {}", self.noun)}</h2>
                <dl class="facts">{moves}</dl>
                <p class="quiet">{self.note}</p>
                <PostForm
                    class="stack"
                    action=self.action
                    with=[("keep", self.keep), ("drop", self.drop)]
                >
                    {self.fields}
                    <p>
                        <button class="btn btn-do">"Merge the two"</button>
                    </p>
                </PostForm>
            </div>
        }
    }
}

/// The record of a merge, told in `story`; as long as it can be taken back, `action` does so.
pub(super) fn record(
    trail: impl IntoView,
    title: String,
    story: impl IntoView,
    (made, undone_at, now): (Timestamp, Option<Timestamp>, Timestamp),
    (action, id): (&'static str, i64),
) -> impl IntoView {
    view! {
        <div class="moderation-page moderation-narrow stack">
            <p>{trail}</p>
            <h1>{title}</h1>
            <p>{story}</p>
            {undone_at
                .map(|at| view! { <p class="notice">"Taken back "<Ago at=at now=now />"."</p> })}
            {is_undoable(made, undone_at, now)
                .then(|| {
                    view! {
                        <PostForm action=action with=[("merge", id.to_string())]>
                            <button class="btn">"Take the merge back"</button>
                        </PostForm>
                    }
                })}
        </div>
    }
}
