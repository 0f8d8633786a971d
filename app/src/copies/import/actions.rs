//! What can be done with the import of a file.

use std::collections::BTreeMap;

use dogear_domain::fields::FileName;
use dogear_domain::ids::ImportId;
use dogear_domain::imports::Field;
use dogear_server::imports::{self, Choice, MOST_BYTES, Plan};
use dogear_server::{Cx, Error};
use leptos::prelude::*;

use super::rows;
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::{Files, context, files, own_path};
use dogear_urls as urls;

/// A file of books.
pub(crate) const BOOKS: Files = Files {
    field: "file",
    most: 1,
    largest: MOST_BYTES,
};

/// Takes the file that comes with the form; adds nothing yet.
#[server(endpoint = "imports/upload", input = HtmlForm)]
pub(crate) async fn upload_books(#[server(default)] once: FormKey) -> Result<Done, ActionError> {
    let req = context()?;
    let (name, bytes) = files().pop().unwrap_or_default();
    // What it is called is only shown: a name that cannot be is left out.
    let name = FileName::parse(&name).unwrap_or_default();
    let import = imports::upload(&req.cx, once.into(), &name, bytes).await?;
    Ok(Done::go(urls::shelf_import(import)))
}

/// Chooses the columns of a table: `columns` takes the number of each by the name of its
/// [`Field::column`]; other fields are passed over.
#[server(endpoint = "imports/choose-columns", input = HtmlForm)]
pub(crate) async fn choose_columns(
    import: ImportId,
    #[server(flatten)] columns: BTreeMap<String, String>,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let chosen: Vec<(Field, usize)> = Field::CHOSEN
        .iter()
        .filter_map(|field| Some((*field, columns.get(&field.column())?.parse().ok()?)))
        .collect();
    imports::set_columns(&req.cx, once.into(), import, &chosen).await?;
    Ok(Done::go(urls::shelf_import(import)))
}

/// Says what the rows on `page` are to become. The fields `pick-1`, `pick-2` … are named by
/// the numbers in `row`, so `picks` takes all that have no name of their own.
#[server(endpoint = "imports/choose-rows", input = HtmlForm)]
pub(crate) async fn choose_rows(
    import: ImportId,
    #[server(default)] row: Vec<i32>,
    #[server(flatten)] picks: BTreeMap<String, String>,
    #[server(default)] page: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let choices: Vec<(i32, Choice)> = row
        .into_iter()
        .filter_map(|row| Some((row, picks.get(&rows::field(row))?.parse().ok()?)))
        .collect();
    save_choices(&req.cx, import, &choices).await?;
    let back = match page.as_str() {
        "" => urls::shelf_import_rows(import, "", 1),
        page => own_path(page).to_owned(),
    };
    Ok(Done::go(back).saying("Your choices are kept."))
}

async fn save_choices(cx: &Cx, import: ImportId, choices: &[(i32, Choice)]) -> Result<(), Error> {
    if choices.is_empty() {
        // Also for an import that is not there: only its reader learns what is missing.
        imports::progress(cx, import).await?;
        return Err(Error::field("rows", "Choose for at least one row."));
    }
    imports::choose(cx, import, choices).await
}

/// Starts an import; with `save`, only keeps what was chosen.
#[server(endpoint = "imports/start", input = HtmlForm)]
pub(crate) async fn start_import(
    import: ImportId,
    #[server(default)] shelf: Vec<String>,
    #[server(default)] grade: String,
    #[server(default)] offer: String,
    #[server(default)] seconds: String,
    #[server(default)] reading: String,
    #[server(default)] reviews: String,
    #[server(default)] save: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let plan = Plan {
        shelves: shelf,
        grade,
        offer,
        seconds: !seconds.is_empty(),
        reading: !reading.is_empty(),
        reviews: !reviews.is_empty(),
    };
    let done = Done::go(urls::shelf_import(import));
    if save.is_empty() {
        imports::start(&req.cx, once.into(), import, &plan).await?;
        return Ok(done);
    }
    imports::save_plan(&req.cx, import, &plan).await?;
    Ok(done.saying("Kept. Nothing is added yet."))
}

/// Stops an import where it is.
#[server(endpoint = "imports/stop", input = HtmlForm)]
pub(crate) async fn stop_import(import: ImportId) -> Result<Done, ActionError> {
    let req = context()?;
    imports::stop(&req.cx, import).await?;
    Ok(Done::go(urls::shelf_import(import)))
}

/// Tries the rows again that failed.
#[server(endpoint = "imports/retry", input = HtmlForm)]
pub(crate) async fn retry_import(
    import: ImportId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    imports::retry(&req.cx, once.into(), import).await?;
    Ok(Done::go(urls::shelf_import(import)))
}

/// Takes an import back, as far as nobody has touched its books.
#[server(endpoint = "imports/undo", input = HtmlForm)]
pub(crate) async fn undo_import(
    import: ImportId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    imports::undo(&req.cx, once.into(), import).await?;
    Ok(Done::go(urls::shelf_import(import)))
}
