//! Readers' own shelves, single copies, their photos, imports and the drawn covers.

pub mod actions;
mod add;
mod bulk;
pub mod bulk_actions;
mod copy;
mod covers;
mod edit;
mod export;
mod fields;
mod import;
mod lent;
pub mod lent_actions;
mod list;
mod list_empty;
mod loans;
mod many;
mod photos;
mod scan;
mod text;
mod town;
pub mod wait_actions;

pub use fields::{formats, genre_options, languages};

use axum::extract::Path;
use dogear_server::catalogue::Covers;
use dogear_urls::pages;

use self::actions::*;
use self::bulk_actions::*;
use self::import::actions::*;
use self::lent_actions::*;
use self::wait_actions::*;
use crate::http::{Req, Routes};
use crate::islands::{ImportProgress, LookUpBooks};
use dogear_urls::Access::{Member, Reader};

pub fn routes(routes: Routes) -> Routes {
    let drawn = Covers::default();
    routes
        .get(&pages::SHELF, list::show)
        .action::<SayTown>(Member)
        .action::<ChangeCopies>(Reader)
        .action::<SetGrade>(Reader)
        .action::<SetPlace>(Reader)
        .action::<SetOffers>(Reader)
        .action::<UndoChange>(Reader)
        .get(&pages::SHELF_CSV, export::csv)
        .get(&pages::SHELF_JSON, export::json)
        .get(&pages::SHELF_ADD, add::search)
        .get(&pages::SHELF_ADD_MANY, many::form)
        // Shows what a text says that is too long for an address; changes nothing.
        .post(&pages::SHELF_ADD_MANY, Member, many::check)
        .action::<AddMany>(Member)
        .get(&pages::SHELF_ADD_SCAN, scan::form)
        .action::<ScanBook>(Member)
        .upload::<ScanPhoto>(Member, BARCODES)
        .action::<UndoScan>(Member)
        .action::<AddScanned>(Member)
        .action::<DismissScan>(Member)
        .action::<FinishScans>(Member)
        .get(&pages::SHELF_ADD_NEW, add::new_form)
        .action::<AddBook>(Member)
        .get(&pages::SHELF_ADD_EDITION, add::copy_form)
        .action::<AddCopy>(Member)
        .get(&pages::SHELF_IMPORT, import::list)
        .upload::<UploadBooks>(Member, BOOKS)
        .get(&pages::SHELF_IMPORT_ONE, import::show)
        .action::<ChooseColumns>(Member)
        .get(&pages::SHELF_IMPORT_ROWS, import::rows)
        .action::<ChooseRows>(Member)
        .action::<StartImport>(Member)
        .action::<StopImport>(Reader)
        .action::<RetryImport>(Member)
        .action::<UndoImport>(Reader)
        .get(&pages::COPY, copy::show)
        .get(&pages::COPY_EDIT, edit::form)
        .action::<EditCopy>(Member)
        .action::<ChangeCopy>(Reader)
        .get(&pages::COPY_LENT, lent::show)
        .action::<LendOutside>(Reader)
        .action::<UndoLending>(Reader)
        .action::<SetLoanDue>(Reader)
        .action::<BookIsBack>(Reader)
        .action::<UndoBack>(Reader)
        .action::<WaitForCopy>(Member)
        .action::<StopWaiting>(Reader)
        .get(&pages::LOANS, loans::show)
        .get(&pages::COPY_PHOTOS, photos::form)
        .upload::<AddPhotos>(Member, PHOTOS)
        .action::<RemovePhoto>(Member)
        .action::<MovePhotoEarlier>(Member)
        .action::<MovePhotoLater>(Member)
        .action::<PutBackPhoto>(Member)
        .get(&pages::PHOTO, photos::show)
        .look_up::<LookUpBooks>(Member)
        .look_up::<ImportProgress>(Reader)
        .get(&pages::COVER, move |req: Req, Path(file): Path<String>| {
            covers::show(req, drawn.clone(), file)
        })
}

/// The number in an address; anything else is no page of ours.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, crate::http::AppError> {
    text.parse().map_err(|_| crate::http::AppError::not_found())
}
