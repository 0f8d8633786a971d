//! `/shelf/add/scan`: book after book, by camera, photo, barcode scanner or typing.

use axum::extract::{Multipart, RawQuery};
use dogear_domain::copies::CopyState;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, ScanId};
use dogear_server::copies::{self, AllOfThem, Change, CopyInput, ScanRow, ScanState, Scans};
use dogear_server::limits;
use leptos::prelude::*;

use super::add::new_with;
use super::fields::{edition_line, lang};
use super::uploads::{self, Uploads};
use crate::http::{AppError, Flash, Form, FormState, Nav, PageResult, Req};
use crate::islands::ScanCamera;
use crate::paths;
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, FormKey, Select, TextField};
use crate::ui::icons::{Glyph, Icon};

pub async fn form(req: Req, RawQuery(query): RawQuery) -> PageResult {
    let asked = Form::from_query(&query.unwrap_or_default());
    page(&req, FormState::with(chosen(&asked))).await
}

pub async fn submit(req: Req, form: Form) -> PageResult {
    let done = copies::scan(&req.cx, form.key(), form.text("isbn"), &input(&form)).await;
    answer(&req, &form, done).await
}

/// Reads the barcodes in a photo, which is not kept.
pub async fn photo(req: Req, uploads: &Uploads, upload: Multipart) -> PageResult {
    let reader = req.cx.member()?.id;
    let _place = uploads.place(reader).await?;
    req.cx.limit(limits::UPLOAD, &reader.to_string()).await?;
    let (form, mut files) = uploads::read(upload, "photo", 1).await?;
    let photo = files.pop().map(|(_, file)| file).unwrap_or_default();
    let done = copies::scan_photo(&req.cx, form.key(), photo, &input(&form)).await;
    answer(&req, &form, done).await
}

/// Undoes one line, says yes to it, or takes it off the list.
pub async fn change(req: Req, form: Form) -> PageResult {
    let done = if let Some(copy) = form.parse::<CopyId>("undo") {
        copies::change(&req.cx, form.key(), &[copy], Change::Delete)
            .await
            .map(drop)
    } else if let Some(scan) = form.parse::<ScanId>("yes") {
        copies::scan_again(&req.cx, form.key(), scan, &input(&form)).await
    } else if let Some(scan) = form.parse::<ScanId>("no") {
        copies::dismiss_scan(&req.cx, scan).await
    } else {
        return Err(AppError::status(axum::http::StatusCode::BAD_REQUEST));
    };
    answer(&req, &form, done).await
}

pub async fn finish(req: Req, form: Form) -> PageResult {
    let all = AllOfThem {
        grade: form.parse("all_grade"),
        listed: match form.text("all_offer") {
            "trade" => Some(true),
            "keep" => Some(false),
            _ => None,
        },
    };
    match copies::finish_scans(&req.cx, form.key(), all).await {
        Ok(finished) => {
            let flash = Flash::new(match finished.copies {
                0 => "The list is empty again.".to_owned(),
                copies => format!(
                    "{} on your shelf.",
                    count(copies as i64, "scanned book is", "scanned books are")
                ),
            });
            let flash = match finished.changed {
                0 => flash,
                _ => flash.undo(paths::SHELF_UNDO, "copies", finished.undo.to_string()),
            };
            Ok(req.redirect_with(paths::SHELF, flash))
        }
        Err(error) => page(&req, form.again(error)?).await,
    }
}

/// What every copy gets that is scanned from now on.
fn input(form: &Form) -> CopyInput {
    CopyInput {
        grade: form.text("grade").into(),
        listed: form.text("offer") == "trade",
        ..CopyInput::default()
    }
}

/// Condition and offer as chosen, or as most choose them.
fn chosen(form: &Form) -> [(&'static str, String); 2] {
    let grade: Grade = form.parse("grade").unwrap_or(Grade::Good);
    let offer = match form.text("offer") {
        "keep" => "keep",
        _ => "trade",
    };
    [
        ("grade", grade.as_str().to_owned()),
        ("offer", offer.to_owned()),
    ]
}

/// To the next book, with the same choices; or the same page with what is wrong.
async fn answer<T>(req: &Req, form: &Form, done: Result<T, dogear_server::Error>) -> PageResult {
    match done {
        Ok(_) => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(chosen(form))
                .finish();
            Ok(req.redirect(&format!("{}?{query}", paths::SHELF_ADD_SCAN)))
        }
        Err(error) => page(req, form.again(error)?).await,
    }
}

async fn page(req: &Req, state: FormState) -> PageResult {
    let scans = copies::scans(&req.cx).await?;
    let module = req.assets.path("barcode.wasm").to_owned();
    Ok(req.page("Scan books").nav(Nav::Shelf).form(&state).render(move || {
        let said = scans.rows.first().map(said).unwrap_or_default();
        let list = list(&scans);
        let finish = (!scans.rows.is_empty()).then(|| finish_form(&scans));
        view! {
            <div class="wrap wrap-narrow page stack scanning">
                <p class="small"><a href=paths::SHELF_ADD>"One book at a time"</a>" or "<a href=paths::SHELF_ADD_MANY>"a pasted list"</a></p>
                <h1>"Scan books"</h1>
                <ScanCamera module=module/>
                // Forms in it show their answer in place, and leave the camera above it open.
                <div id="scan" class="stack" data-said=said>
                    <ErrorSummary state=state.clone()/>
                    <form class="stack" method="post" action=paths::SHELF_ADD_SCAN data-part="scan">
                        <FormKey state=state.clone()/>
                        {entry(&state)}
                        {list}
                    </form>
                    {finish}
                </div>
            </div>
        }
    }))
}

/// The field, the choices, the photo.
fn entry(state: &FormState) -> impl IntoView + use<> {
    let grades = Grade::ALL
        .iter()
        .map(|grade| (grade.as_str().to_owned(), grade.label().to_owned()))
        .collect();
    let offers = vec![
        ("trade".to_owned(), "List for trade".to_owned()),
        ("keep".to_owned(), "Only keep".to_owned()),
    ];
    let error = state.error("photo").map(str::to_owned);
    let is_wrong = error.is_some();
    let described = is_wrong.then_some("f-photo-error");
    let wrong = is_wrong.then_some("true");
    view! {
        <div class="scanfield">
            <TextField state=state.clone() name="isbn" label="ISBN" maxlength=100 inputmode=Some("text") first=true/>
            <button class="btn btn-do">"Add"</button>
        </div>
        <div class="scanset">
            <Select state=state.clone() name="grade" label="Condition" options=grades/>
            <Select state=state.clone() name="offer" label="When added" options=offers/>
        </div>
        <details class="sheet plain" open=is_wrong>
            <summary>"Photograph the barcode instead"</summary>
            <div class="field" class:is-wrong=is_wrong>
                <label for="f-photo">"Photo of one barcode or several"</label>
                {error.map(|text| view! {
                    <p class="error" id="f-photo-error"><Icon glyph=Glyph::Warn/><span><span class="vh">"Error: "</span>{text}</span></p>
                })}
                <input class="input" type="file" id="f-photo" name="photo" accept="image/jpeg,image/png,image/webp"
                    capture="environment" aria-describedby=described aria-invalid=wrong/>
                <p class="mt4"><button class="btn" formaction=paths::SHELF_ADD_SCAN_PHOTO formenctype="multipart/form-data">
                    <Icon glyph=Glyph::Camera/>" Read the photo"</button></p>
            </div>
        </details>
    }
}

fn list(scans: &Scans) -> AnyView {
    if scans.rows.is_empty() {
        return view! {
            <p class="quiet">"Each book you scan stands here, newest first, and is on your shelf at once. A scanner that works as a keyboard can type into the field."</p>
        }
        .into_any();
    }
    let heading = match scans.added {
        0 => "Nothing added yet".to_owned(),
        added => format!("{} added", count(added as i64, "book", "books")),
    };
    let rows = scans.rows.iter().map(line).collect_view();
    view! {
        <section aria-labelledby="scanned" class="rule-top">
            <h2 id="scanned" class="t-h3">{heading}</h2>
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
    let button = |field: &'static str, value: String, label: &'static str| {
        let name = name.clone();
        view! {
            <button class="btn btn-small" formaction=paths::SHELF_ADD_SCAN_CHANGE name=field value=value>{label}<span class="vh">": "{name}</span></button>
        }
    };
    let book = row.book.as_ref().map(|book| {
        let facts = edition_line(book);
        view! {
            <p class="btitle" lang=lang(&book.language) dir="auto">{book.title.clone()}</p>
            <p class="by small quiet" dir="auto">{book.author_line.clone()}</p>
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
        view! { <Cover work=book.work size=CoverSize::Small eared=listed/> }
    });
    let (scan, isbn) = (row.id.to_string(), row.isbn);
    let (state, buttons) = match row.state {
        ScanState::Added { copy, grade, state } => (
            view! { <p class="small"><a href=paths::copy(copy)>{format!("{}, {}", grade.label(), state.label().to_lowercase())}</a></p> }.into_any(),
            button("undo", copy.to_string(), "Undo").into_any(),
        ),
        ScanState::Owned(copy, grade, state) => (
            view! {
                <p class="small strong">"You have this already ("<a href=paths::copy(copy)>{format!("{}, {}", grade.label(), state.label().to_lowercase())}</a>"): add a second copy?"</p>
            }
            .into_any(),
            view! { {button("yes", scan.clone(), "Yes, a second one")}{button("no", scan, "No")} }.into_any(),
        ),
        ScanState::Known => (
            view! { <p class="small strong">"Somebody has entered it since."</p> }.into_any(),
            view! { {button("yes", scan.clone(), "Add it")}{button("no", scan, "Take off the list")} }.into_any(),
        ),
        ScanState::Unknown => {
            let enter = new_with(&[("isbn", &isbn.to_string()), ("then", "scan")]);
            (
                view! {
                    <p class="num strong">{isbn.grouped()}</p>
                    <p class="small">"Nobody has entered this book yet. It waits here for its title."</p>
                }
                .into_any(),
                view! {
                    <a class="btn btn-small" href=enter>"Enter its title"<span class="vh">": "{isbn.grouped()}</span></a>
                    {button("no", scan, "Take off the list")}
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

fn finish_form(scans: &Scans) -> impl IntoView + use<> {
    let state = FormState::new();
    let grades = std::iter::once((String::new(), "Each as it is".to_owned()))
        .chain(
            Grade::ALL
                .iter()
                .map(|grade| (grade.as_str().to_owned(), grade.label().to_owned())),
        )
        .collect();
    let offers = vec![
        (String::new(), "Each as it is".to_owned()),
        ("trade".to_owned(), "List all for trade".to_owned()),
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
        <form class="stack rule-top" method="post" action=paths::SHELF_ADD_SCAN_FINISH aria-labelledby="finish">
            <FormKey state=state.clone()/>
            <h2 id="finish" class="t-h3">"That was the last one"</h2>
            <p class="small quiet">{what}</p>
            <div class="scanset">
                <Select state=state.clone() name="all_grade" label="Condition of all" options=grades/>
                <Select state=state name="all_offer" label="Trade" options=offers/>
            </div>
            <p class="row"><button class="btn btn-do">"Finish"</button></p>
        </form>
    }
}
