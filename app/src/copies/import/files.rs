//! `/shelf/import`: the form for a file, and the imports there are.

use dogear_server::imports::{self, ImportLine, KEPT_DAYS, MOST_ROWS};
use leptos::prelude::*;

use super::actions::UploadBooks;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::time::Ago;
use crate::ui::{count, grouped};
use dogear_urls as urls;

pub(super) async fn page(req: &Req) -> PageResult {
    let state = req.form.clone();
    let imports = imports::list(&req.cx).await?;
    let now = req.cx.now();
    Ok(req.page("Bring your books").nav(Nav::Shelf).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::SHELF_ADD>"One book at a time"</a>
                </p>
                <h1>"Bring your books"</h1>
                <p class="lead">
                    "From Goodreads, StoryGraph, LibraryThing, BookWyrm, inventaire, your own export from here, or any table. You see what is found before anything is added."
                </p>
                {upload(&state)}
                <details class="mt5">
                    <summary>"Where to get the file"</summary>
                    <ul class="stack stack-s mt4">
                        <li>"Goodreads: My Books, Import and export, Export library."</li>
                        <li>
                            "StoryGraph: Manage account, Manage your data, Export StoryGraph library."
                        </li>
                        <li>
                            "LibraryThing: More, Import/Export, Export as tab-delimited text or JSON."
                        </li>
                        <li>"BookWyrm: Settings, Export book list."</li>
                        <li>"inventaire: Settings, Data, Export."</li>
                        <li>
                            "A table of your own: save it as CSV. One row for each book, with its ISBN, or with title and author."
                        </li>
                    </ul>
                </details>
                {(!imports.is_empty()).then(|| list(imports, now))}
            </div>
        }
    }))
}

fn upload(state: &FormState) -> impl IntoView + use<> {
    let error = state.error("file").map(str::to_owned);
    let is_wrong = error.is_some();
    let described = if is_wrong {
        "f-file-hint f-file-error"
    } else {
        "f-file-hint"
    };
    let limit = format!(
        "CSV, TSV or JSON, up to 10 MB and {} rows. What it says of your reading is kept for you alone.",
        grouped(MOST_ROWS as i64)
    );
    view! {
        <PostForm action=UploadBooks::PATH class="stack mt5" files=true>
            <div class="field" class:is-wrong=is_wrong>
                <label for="f-file">"File"</label>
                <p class="hint" id="f-file-hint">
                    {limit}
                </p>
                {error
                    .map(|text| {
                        view! {
                            <p class="error" id="f-file-error">
                                <Icon glyph=Glyph::Warn />
                                <span>
                                    <span class="visually-hidden">"Error: "</span>
                                    {text}
                                </span>
                            </p>
                        }
                    })}
                <input
                    class="input"
                    type="file"
                    id="f-file"
                    name="file"
                    aria-describedby=described
                    accept=".csv,.tsv,.txt,.json,text/csv,text/tab-separated-values,text/plain,application/json"
                    aria-invalid=is_wrong.then_some("true")
                />
            </div>
            <p>
                <button class="btn btn-do">"Look at the file"</button>
            </p>
        </PostForm>
    }
}

fn list(imports: Vec<ImportLine>, now: jiff::Timestamp) -> impl IntoView {
    view! {
        <section class="mt6 stack" aria-labelledby="imports">
            <h2 id="imports" class="t-h3">
                "Your imports"
            </h2>
            <div class="tablebox">
                <table class="table folds">
                    <thead>
                        <tr>
                            <th scope="col">"File"</th>
                            <th scope="col">"State"</th>
                            <th scope="col" class="r">
                                "Books"
                            </th>
                            <th scope="col" class="r">
                                "Added"
                            </th>
                            <th scope="col">"When"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {imports
                            .into_iter()
                            .map(|import| {
                                let name = if import.file_name.is_empty() {
                                    "Unnamed file".to_owned()
                                } else {
                                    import.file_name
                                };
                                view! {
                                    <tr>
                                        <td>
                                            <a class="filename" href=urls::shelf_import(import.id)>
                                                <bdi>{name}</bdi>
                                            </a>
                                        </td>
                                        <td data-label="State">{import.state.label()}</td>
                                        <td data-label="Books" class="r">
                                            {grouped(import.rows)}
                                        </td>
                                        <td data-label="Added" class="r">
                                            {grouped(import.added)}
                                        </td>
                                        <td data-label="When">
                                            <Ago at=import.created_at now=now />
                                        </td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
            <p class="small quiet">
                {format!(
                    "Imports are forgotten after {}. The books stay.",
                    count(KEPT_DAYS, "day", "days"),
                )}
            </p>
        </section>
    }
}
