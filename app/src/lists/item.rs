//! `/lists/{list}/books/{work}`: what the owner of a list notes for a book in it.

use axum::extract::Path;
use dogear_domain::fields::ListNote;
use dogear_domain::ids::{ListId, WorkId};
use dogear_server::Error;
use dogear_server::lists::{self, Entry, OwnCopy};
use leptos::prelude::*;

use super::actions::NoteInList;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize, title_lang};
use crate::ui::edition::year;
use crate::ui::field::{ErrorSummary, PostForm, Select, TextArea, TextField};
use dogear_urls as urls;

pub(super) async fn form(req: Req, Path((list, work)): Path<(String, String)>) -> PageResult {
    let list: ListId = list.parse().map_err(|_| Error::NotFound)?;
    let work: WorkId = work.parse().map_err(|_| Error::NotFound)?;
    let entry = lists::entry(&req.cx, list, work).await?;
    let copy = entry.copy.map(|copy| copy.to_string());
    let state = req.form.or([
        ("note", entry.note.clone()),
        ("place", entry.place.to_string()),
        ("copy", copy.unwrap_or_default()),
    ]);
    let title = format!("{} in {}", entry.title, entry.name);
    Ok(req.page(title).nav(Nav::Shelf).render(move || {
        let back = urls::list_part(
            &urls::list(list, &entry.list_slug),
            false,
            "",
            entry.page(),
        );
        let place = format!("Of {}. The others make room.", entry.books);
        let with = [("list", list.to_string()), ("work", work.to_string())];
        let copies = (!entry.copies.is_empty()).then(|| {
            view! {
                <Select
                    state=state.clone()
                    name="copy"
                    label="Your copy (optional)"
                    hint="Which of your own books you mean. Others find it here as long as it is on offer."
                    options=options(&entry.copies)
                />
            }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=back.clone() dir="auto">
                            {entry.name.clone()}
                        </a>
                    </p>
                    {heading(&entry)}
                </header>
                <PostForm class="stack stack-l" action=NoteInList::PATH with=with novalidate=true>
                    <TextArea
                        state=state.clone()
                        name="note"
                        label="Your note (optional)"
                        hint="Whoever sees the list reads it."
                        maxlength=ListNote::MAX
                    />
                    <TextField
                        state=state.clone()
                        name="place"
                        label="Place"
                        hint=place
                        inputmode=Some("numeric")
                    />
                    {copies}
                    <p class="row">
                        <button class="btn btn-do">"Save"</button>
                        <a href=back>"Back without saving"</a>
                    </p>
                </PostForm>
            </div>
        }
    }))
}

fn heading(entry: &Entry) -> impl IntoView + use<> {
    let lang = title_lang(&entry.language);
    view! {
        <div class="quickbook">
            <Cover work=entry.work size=CoverSize::Medium />
            <div>
                <h1 class="t-h3" lang=lang dir="auto">
                    {entry.title.clone()}
                </h1>
                <p class="by small quiet" dir="auto">
                    {entry.author_line.clone()}
                </p>
            </div>
        </div>
    }
}

/// No copy, and each of the reader's: "Very good, Penguin, 1998".
fn options(copies: &[OwnCopy]) -> Vec<(String, String)> {
    let none = (String::new(), "None in particular".to_owned());
    let own = copies.iter().map(|copy| {
        let mut parts = vec![copy.grade.label().to_owned()];
        if !copy.publisher.is_empty() {
            parts.push(copy.publisher.clone());
        }
        parts.extend(copy.year.map(year));
        (copy.id.to_string(), parts.join(", "))
    });
    std::iter::once(none).chain(own).collect()
}
