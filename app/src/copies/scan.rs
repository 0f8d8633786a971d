//! `/shelf/add/scan`: book after book, by camera, photo, barcode scanner or typing.

use axum::extract::RawQuery;
use dogear_domain::copies::CopyState;
use dogear_domain::grade::Grade;
use dogear_server::copies::{self, ScanRow, ScanState, Scans};
use leptos::prelude::*;

use super::actions::{AddScanned, DismissScan, FinishScans, ScanBook, ScanPhoto, UndoScan};
use super::add::new_with;
use super::fields::lang;
use crate::action::ServerFn;
use crate::http::{Form, Nav, PageResult, Req};
use crate::islands::ScanCamera;
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::edition::edition_line;
use crate::ui::field::{ErrorSummary, PostForm, Select, TextField};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use dogear_urls as urls;

pub(super) async fn form(req: Req, RawQuery(query): RawQuery) -> PageResult {
    let asked = Form::from_query(&query.unwrap_or_default());
    let chosen = chosen(asked.text("grade"), asked.text("offer"));
    page(&req, req.form.or(chosen)).await
}

/// Condition and offer as chosen, or as most choose them.
fn chosen(grade: &str, offer: &str) -> [(&'static str, String); 2] {
    let grade: Grade = grade.parse().unwrap_or(Grade::Good);
    let offer = match offer {
        "keep" => "keep",
        "give" => "give",
        "lend" => "lend",
        _ => "trade",
    };
    [
        ("grade", grade.as_str().to_owned()),
        ("offer", offer.to_owned()),
    ]
}

/// The page for the next book, with the same choices.
pub(super) fn next_scan(grade: &str, offer: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(chosen(grade, offer))
        .finish();
    format!("{}?{query}", urls::SHELF_ADD_SCAN)
}

async fn page(req: &Req, state: FormState) -> PageResult {
    let scans = copies::scans(&req.cx).await?;
    let module = req.assets.path("barcode.wasm").to_owned();
    let smaller = req.assets.path("photos.js").to_owned();
    Ok(req.page("Scan books").nav(Nav::Shelf).render(move || {
        let said = scans.rows.first().map(said).unwrap_or_default();
        let list = list(&scans);
        let finish = (!scans.rows.is_empty()).then(|| finish_form(&scans, &state));
        view! {
            <div class="wrap wrap-narrow page stack scanning">
                <p class="small">
                    <a href=urls::SHELF_ADD>"One book at a time"</a>
                    " or "
                    <a href=urls::SHELF_ADD_MANY>"a pasted list"</a>
                </p>
                <h1>"Scan books"</h1>
                <ScanCamera module=module part="scan".to_owned() />
                // Forms in it show their answer in place, and leave the camera above it open.
                <div id="scan" class="stack" data-said=said>
                    <ErrorSummary state=state.clone() />
                    <PostForm action=ScanBook::PATH class="stack" part="scan">
                        {entry(&state, smaller.clone())}
                        {list}
                    </PostForm>
                    {finish}
                </div>
            </div>
        }
    }))
}

/// The field, the choices, the photo. `smaller`: the script that makes photos smaller before they
/// are sent.
fn entry(state: &FormState, smaller: String) -> impl IntoView + use<> {
    let grades: Vec<_> = Grade::ALL
        .iter()
        .map(|grade| (grade.as_str().to_owned(), grade.label().to_owned()))
        .collect();
    let offers = vec![
        ("trade".to_owned(), "List for trade".to_owned()),
        ("give".to_owned(), "List to give away".to_owned()),
        ("lend".to_owned(), "List to lend".to_owned()),
        ("keep".to_owned(), "Only keep".to_owned()),
    ];
    let error = state.error("photo").map(str::to_owned);
    let is_wrong = error.is_some();
    let described = is_wrong.then_some("f-photo-error");
    let wrong = is_wrong.then_some("true");
    view! {
        <div class="scanfield">
            <TextField
                state=state.clone()
                name="isbn"
                label="ISBN"
                inputmode=Some("text")
                first=true
            />
            <button class="btn btn-do">"Add"</button>
        </div>
        <div class="scanset">
            <Select state=state.clone() name="grade" label="Condition" options=grades />
            <Select state=state.clone() name="offer" label="When added" options=offers />
        </div>
        <details class="sheet plain" open=is_wrong>
            <summary>"Photograph the barcode instead"</summary>
            <div class="field" class:is-wrong=is_wrong>
                <label for="f-photo">"Photo of one barcode or several"</label>
                {error
                    .map(|text| {
                        view! {
                            <p class="error" id="f-photo-error">
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
                    id="f-photo"
                    name="photo"
                    accept="image/jpeg,image/png,image/webp"
                    capture="environment"
                    data-smaller=smaller
                    aria-describedby=described
                    aria-invalid=wrong
                />
                <p class="mt4">
                    <button
                        class="btn"
                        formaction=ScanPhoto::PATH
                        formenctype="multipart/form-data"
                    >
                        <Icon glyph=Glyph::Camera />
                        " Read the photo"
                    </button>
                </p>
            </div>
        </details>
    }
}

fn list(scans: &Scans) -> AnyView {
    if scans.rows.is_empty() {
        return view! {
            <p class="quiet">
                "Each book you scan stands here, newest first, and is on your shelf at once. A scanner that works as a keyboard can type into the field."
            </p>
        }
        .into_any();
    }
    let heading = match scans.added {
        0 => "Nothing added yet".to_owned(),
        added => format!("{} added", count(added, "book", "books")),
    };
    let rows = scans.rows.iter().map(line).collect_view();
    view! {
        <section aria-labelledby="scanned" class="rule-top">
            <h2 id="scanned" class="t-h3">
                {heading}
            </h2>
            <ol class="finds scans mt4">{rows}</ol>
        </section>
    }
    .into_any()
}

/// One sentence about a line, for the ear.
fn said(row: &ScanRow) -> String {
    let title = row.book.as_ref().map_or("", |book| book.title.as_str());
    match row.state {
        ScanState::Added { .. } => format!("“{title}” added."),
        ScanState::Owned(..) => format!("You have “{title}” already."),
        ScanState::Known => format!("“{title}” is known now."),
        ScanState::Unknown => format!("Nobody has entered {} yet.", row.isbn.grouped()),
    }
}

fn line(row: &ScanRow) -> impl IntoView + use<> {
    let name = row
        .book
        .as_ref()
        .map_or_else(|| row.isbn.grouped(), |book| book.title.clone());
    let button = |action: &'static str, field: &'static str, value: String, label: &'static str| {
        let name = name.clone();
        view! {
            <button class="btn btn-small" formaction=action name=field value=value>
                {label}
                <span class="visually-hidden">": "{name}</span>
            </button>
        }
    };
    let book = row.book.as_ref().map(|book| {
        let facts = edition_line(book);
        view! {
            <p class="btitle" lang=lang(&book.language) dir="auto">
                {book.title.clone()}
            </p>
            <p class="by small quiet" dir="auto">
                {book.author_line.clone()}
            </p>
            <p class="fine quiet">{facts}</p>
        }
    });
    let cover = row.book.as_ref().map(|book| {
        let listed = matches!(
            row.state,
            ScanState::Added {
                state: CopyState::Listed,
                ..
            }
        );
        view! { <Cover work=book.work size=CoverSize::Small corner=listed /> }
    });
    let (scan, isbn) = (row.id.to_string(), row.isbn);
    let (state, buttons) = match row.state {
        ScanState::Added { copy, grade, state } => (
            view! {
                <p class="small">
                    <a href=urls::copy(
                        copy,
                    )>{format!("{}, {}", grade.label(), state.label().to_lowercase())}</a>
                </p>
            }
            .into_any(),
            button(UndoScan::PATH, "copy", copy.to_string(), "Undo").into_any(),
        ),
        ScanState::Owned(copy, grade, state) => (
            view! {
                <p class="small strong">
                    "You have this already ("
                    <a href=urls::copy(
                        copy,
                    )>{format!("{}, {}", grade.label(), state.label().to_lowercase())}</a>
                    "): add a second copy?"
                </p>
            }
            .into_any(),
            view! {
                {button(AddScanned::PATH, "scan", scan.clone(), "Yes, a second one")}
                {button(DismissScan::PATH, "scan", scan, "No")}
            }
            .into_any(),
        ),
        ScanState::Known => (
            view! { <p class="small strong">"Somebody has entered it since."</p> }.into_any(),
            view! {
                {button(AddScanned::PATH, "scan", scan.clone(), "Add it")}
                {button(DismissScan::PATH, "scan", scan, "Take off the list")}
            }
            .into_any(),
        ),
        ScanState::Unknown => {
            let enter = new_with(&[("isbn", &isbn.to_string()), ("then", "scan")]);
            (
                view! {
                    <p class="num strong">{isbn.grouped()}</p>
                    <p class="small">
                        "Nobody has entered this book yet. It waits here for its title."
                    </p>
                }
                .into_any(),
                view! {
                    <a class="btn btn-small" href=enter>
                        "Enter its title"
                        <span class="visually-hidden">": "{isbn.grouped()}</span>
                    </a>
                    {button(DismissScan::PATH, "scan", scan, "Take off the list")}
                }
                .into_any(),
            )
        }
    };
    view! {
        <li>
            <div class="quickbook">{cover}<div>{book}{state}</div></div>
            <p class="row">{buttons}</p>
        </li>
    }
}

fn finish_form(scans: &Scans, state: &FormState) -> impl IntoView + use<> {
    let state = state.clone();
    let grades: Vec<_> = std::iter::once((String::new(), "Each as it is".to_owned()))
        .chain(
            Grade::ALL
                .iter()
                .map(|grade| (grade.as_str().to_owned(), grade.label().to_owned())),
        )
        .collect();
    let offers = vec![
        (String::new(), "Each as it is".to_owned()),
        ("trade".to_owned(), "List all for trade".to_owned()),
        ("give".to_owned(), "List all to give away".to_owned()),
        ("lend".to_owned(), "List all to lend".to_owned()),
        ("keep".to_owned(), "List none".to_owned()),
    ];
    let what = match scans.added {
        0 => "This empties the list. Books without a title stay.".to_owned(),
        added => format!(
            "For {} at once, if you like. Books without a title stay in the list.",
            if added == 1 {
                "this book".to_owned()
            } else {
                format!("all {added} books")
            }
        ),
    };
    view! {
        <PostForm action=FinishScans::PATH class="stack rule-top" labelled_by="finish">
            <h2 id="finish" class="t-h3">
                "That was the last one"
            </h2>
            <p class="small quiet">{what}</p>
            <div class="scanset">
                <Select
                    state=state.clone()
                    name="all_grade"
                    label="Condition of all"
                    options=grades
                />
                <Select state=state name="all_offer" label="Offered" options=offers />
            </div>
            <p class="row">
                <button class="btn btn-do">"Finish"</button>
            </p>
        </PostForm>
    }
}
