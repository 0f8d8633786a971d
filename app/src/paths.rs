//! The addresses of forms that are no server functions yet; all others are declared in
//! `dogear_urls`.

use dogear_domain::ids::{CopyId, ImportId};

pub use dogear_urls::*;

pub const SHELF_ADD_MANY_DONE: &str = "/shelf/add/many/done";
pub const SHELF_ADD_SCAN_PHOTO: &str = "/shelf/add/scan/photo";
pub const SHELF_ADD_SCAN_CHANGE: &str = "/shelf/add/scan/change";
pub const SHELF_ADD_SCAN_FINISH: &str = "/shelf/add/scan/finish";
pub const SHELF_BULK: &str = "/shelf/bulk";
pub const SHELF_UNDO: &str = "/shelf/undo";
pub const PHOTO_UNDO: &str = "/photos/undo";

/// A form of an import, e.g. `/shelf/import/12/stop`.
pub fn shelf_import_step(id: ImportId, step: &str) -> String {
    format!("{SHELF_IMPORT}/{id}/{step}")
}

/// Where a copy is listed, unlisted, archived, deleted, restored.
pub fn copy_state(id: CopyId) -> String {
    format!("/copies/{id}/state")
}

/// Where photos of a copy are removed and put in order.
pub fn copy_photos_change(id: CopyId) -> String {
    format!("/copies/{id}/photos/change")
}
