//! `/shelf/import`: books from a file of another program, or of our own.

mod files;
mod page;
mod rows;

use std::sync::Arc;

use axum::extract::{Multipart, Path, Query};
use dogear_domain::ids::ImportId;
use dogear_domain::imports::Field;
use dogear_server::db::IdempotencyKey;
use dogear_server::imports::{self, Choice, MOST_BYTES, Plan};
use dogear_server::{Cx, Error};

use self::page::Forms;
use self::rows::Params;
use super::id;
use super::uploads::Uploads;
use crate::http::{AppError, Form, FormState, PageResult, Req};
use crate::paths;

pub async fn list(req: Req) -> PageResult {
    files::page(&req, FormState::new()).await
}

/// Takes a file; adds nothing yet.
pub async fn submit(req: Req, uploads: Arc<Uploads>, file: Multipart) -> PageResult {
    let reader = req.cx.member()?.id;
    let _place = uploads.place(reader).await?;
    let (key, name, bytes) = read(file).await?;
    match imports::upload(&req.cx, key, &name, bytes).await {
        Ok(import) => Ok(req.redirect(&paths::shelf_import(import))),
        Err(error) => files::page(&req, Form::default().again(error)?).await,
    }
}

/// The key of the form, and name and content of the file. What is over the limit is read to
/// its end, but not kept.
async fn read(
    mut upload: Multipart,
) -> Result<(Option<IdempotencyKey>, String, Vec<u8>), AppError> {
    let wrong = |error: axum::extract::multipart::MultipartError| AppError::status(error.status());
    let (mut key, mut name, mut bytes) = (None, String::new(), Vec::new());
    while let Some(mut part) = upload.next_field().await.map_err(wrong)? {
        match part.name() {
            Some(FormState::KEY) => {
                key = part
                    .text()
                    .await
                    .map_err(wrong)?
                    .parse()
                    .ok()
                    .map(IdempotencyKey);
            }
            Some("file") => {
                part.file_name().unwrap_or_default().clone_into(&mut name);
                while let Some(chunk) = part.chunk().await.map_err(wrong)? {
                    if bytes.len() <= MOST_BYTES {
                        bytes.extend_from_slice(&chunk);
                    }
                }
            }
            _ => {}
        }
    }
    Ok((key, name, bytes))
}

pub async fn show(req: Req, Path(import): Path<String>) -> PageResult {
    page::page(&req, id(&import)?, Forms::default()).await
}

/// Chooses the columns of a table.
pub async fn columns(req: Req, Path(import): Path<String>, form: Form) -> PageResult {
    let import: ImportId = id(&import)?;
    let chosen: Vec<(Field, usize)> = Field::CHOSEN
        .iter()
        .filter_map(|field| Some((*field, form.parse(field.as_str())?)))
        .collect();
    match imports::set_columns(&req.cx, form.key(), import, &chosen).await {
        Ok(()) => Ok(req.redirect(&paths::shelf_import(import))),
        Err(error) => page::page(&req, import, Forms::columns(form.again(error)?)).await,
    }
}

/// Starts an import, or only keeps what was chosen.
pub async fn start(req: Req, Path(import): Path<String>, form: Form) -> PageResult {
    let import: ImportId = id(&import)?;
    let plan = Plan {
        shelves: form.all("shelf").map(str::to_owned).collect(),
        grade: form.text("grade").into(),
        offer: form.text("offer").into(),
        seconds: form.has("seconds"),
    };
    let done = if form.has("save") {
        imports::save_plan(&req.cx, import, &plan).await
    } else {
        imports::start(&req.cx, form.key(), import, &plan).await
    };
    match done {
        Ok(()) if form.has("save") => {
            Ok(req.redirect_saying(&paths::shelf_import(import), "Kept. Nothing is added yet."))
        }
        Ok(()) => Ok(req.redirect(&paths::shelf_import(import))),
        Err(error) => page::page(&req, import, Forms::plan(form.again(error)?)).await,
    }
}

pub async fn stop(req: Req, Path(import): Path<String>, form: Form) -> PageResult {
    let import: ImportId = id(&import)?;
    after(&req, import, &form, imports::stop(&req.cx, import).await).await
}

pub async fn retry(req: Req, Path(import): Path<String>, form: Form) -> PageResult {
    let import: ImportId = id(&import)?;
    let done = imports::retry(&req.cx, form.key(), import).await;
    after(&req, import, &form, done).await
}

pub async fn undo(req: Req, Path(import): Path<String>, form: Form) -> PageResult {
    let import: ImportId = id(&import)?;
    let done = imports::undo(&req.cx, form.key(), import).await;
    after(&req, import, &form, done).await
}

/// Back to the page of the import, which says how it stands.
async fn after(req: &Req, import: ImportId, form: &Form, done: Result<(), Error>) -> PageResult {
    match done {
        Ok(()) => Ok(req.redirect(&paths::shelf_import(import))),
        Err(error) => page::page(req, import, Forms::step(form.again(error)?)).await,
    }
}

pub async fn rows(
    req: Req,
    Path(import): Path<String>,
    Query(params): Query<Params>,
) -> PageResult {
    rows::page(&req, id(&import)?, params, FormState::new()).await
}

/// Says what rows are to become.
pub async fn choose(req: Req, Path(import): Path<String>, form: Form) -> PageResult {
    let import: ImportId = id(&import)?;
    let params = Params {
        show: form.text("show").into(),
        page: form.text("page").into(),
    };
    match save_choices(&req.cx, import, &form).await {
        Ok(()) => {
            let back = paths::shelf_import_rows(import, &params.show(), params.page());
            Ok(req.redirect_saying(&back, "Your choices are kept."))
        }
        Err(error) => rows::page(&req, import, params, form.again(error)?).await,
    }
}

async fn save_choices(cx: &Cx, import: ImportId, form: &Form) -> Result<(), Error> {
    let choices: Vec<(i32, Choice)> = form
        .ids::<i32>("row")
        .into_iter()
        .filter_map(|row| Some((row, form.parse(&rows::field(row))?)))
        .collect();
    if choices.is_empty() {
        // Also for an import that is not there: only its reader learns what is missing.
        imports::progress(cx, import).await?;
        return Err(Error::field("rows", "Choose for at least one row."));
    }
    imports::choose(cx, import, &choices).await
}
