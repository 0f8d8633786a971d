//! Every address of the site is written here, and nowhere else.

use dogear_domain::ids::{
    AuthorId, CopyId, CorrectionId, EditionId, ImportId, MessageId, NotificationId, ReportId,
    SeriesId, TradeId, UserId, WorkId,
};
use dogear_server::moderation::SubjectRef;

pub const HOME: &str = "/";
pub const BROWSE: &str = "/browse";
/// Describes the search to browsers.
pub const OPEN_SEARCH: &str = "/opensearch.xml";
/// The list of files with all public pages.
pub const SITEMAP: &str = "/sitemap.xml";
/// All genres and languages.
pub const GENRES: &str = "/genres";
/// Lists the saved searches; a POST with `query` keeps one more.
pub const SEARCHES: &str = "/searches";
/// A POST with `id` removes a saved search.
pub const SEARCH_REMOVE: &str = "/searches/remove";
/// A POST with `id` and `alert` (1 or 0) says whether its reader is told.
pub const SEARCH_ALERT: &str = "/searches/alert";
pub const SHELF: &str = "/shelf";
pub const SHELF_ADD: &str = "/shelf/add";
pub const SHELF_ADD_NEW: &str = "/shelf/add/new";
/// A GET shows the form for a list; a POST with `lines` shows what it is understood to say.
pub const SHELF_ADD_MANY: &str = "/shelf/add/many";
pub const SHELF_ADD_MANY_DONE: &str = "/shelf/add/many/done";
/// A GET shows my imports and the form for a file; a POST takes the file.
pub const SHELF_IMPORT: &str = "/shelf/import";
/// Book after book, by barcode.
pub const SHELF_ADD_SCAN: &str = "/shelf/add/scan";
pub const SHELF_ADD_SCAN_PHOTO: &str = "/shelf/add/scan/photo";
pub const SHELF_ADD_SCAN_CHANGE: &str = "/shelf/add/scan/change";
pub const SHELF_ADD_SCAN_FINISH: &str = "/shelf/add/scan/finish";
pub const SHELF_BULK: &str = "/shelf/bulk";
pub const SHELF_UNDO: &str = "/shelf/undo";
/// The whole shelf as a table.
pub const SHELF_CSV: &str = "/shelf/export.csv";
/// The whole shelf for other programs.
pub const SHELF_JSON: &str = "/shelf/export.json";
pub const PHOTO_UNDO: &str = "/photos/undo";
pub const TRADES: &str = "/trades";
pub const INBOX: &str = "/inbox";
pub const LOGIN: &str = "/login";
pub const LOGOUT: &str = "/logout";
pub const REGISTER: &str = "/register";
pub const REGISTERED: &str = "/register/sent";
pub const VERIFY: &str = "/verify";
pub const FORGOT: &str = "/forgot";
pub const FORGOT_SENT: &str = "/forgot/sent";
pub const SETTINGS: &str = "/settings";
pub const NOTIFICATION_SETTINGS: &str = "/settings/notifications";
pub const DEV_MAIL: &str = "/dev/mail";
pub const SETTINGS_PROFILE: &str = "/settings/profile";
pub const SETTINGS_AWAY: &str = "/settings/away";
pub const SETTINGS_ACCOUNT: &str = "/settings/account";
pub const SETTINGS_EMAIL: &str = "/settings/email";
pub const SETTINGS_PASSWORD: &str = "/settings/password";
pub const SETTINGS_SESSIONS: &str = "/settings/sessions";
pub const SETTINGS_SESSIONS_END: &str = "/settings/sessions/end";
pub const SETTINGS_SESSIONS_END_OTHERS: &str = "/settings/sessions/end-others";
/// Lists blocked readers; a POST with `handle` blocks one more.
pub const SETTINGS_BLOCKED: &str = "/settings/blocked";
/// A POST with `id` lifts a block.
pub const SETTINGS_UNBLOCK: &str = "/settings/blocked/remove";
pub const SETTINGS_DELETE: &str = "/settings/delete";
pub const SETTINGS_DELETE_CANCEL: &str = "/settings/delete/cancel";
pub const DESK: &str = "/admin";

pub const DESK_FIND: &str = "/admin/find";
pub const DESK_OVERVIEW: &str = "/admin/overview";
pub const DESK_QUEUE: &str = "/admin/queue";
pub const DESK_DECISIONS: &str = "/admin/decisions";
pub const DESK_UNDO: &str = "/admin/undo";
pub const DESK_LISTINGS: &str = "/admin/listings";
pub const DESK_BOOKS: &str = "/admin/books";
pub const DESK_MERGE: &str = "/admin/books/merge";
pub const DESK_MERGE_EDITIONS: &str = "/admin/editions/merge";
pub const DESK_CORRECTIONS: &str = "/admin/corrections";
pub const DESK_MEMBERS: &str = "/admin/members";
pub const DESK_TRADES: &str = "/admin/trades";
pub const DESK_JOBS: &str = "/admin/jobs";
pub const DESK_MAIL: &str = "/admin/mail";
pub const DESK_AUDIT: &str = "/admin/audit";
pub const DESK_SETTINGS: &str = "/admin/settings";
/// A POST puts one number back to the default.
pub const DESK_SETTINGS_DEFAULT: &str = "/admin/settings/default";
pub const REPORT: &str = "/report";

/// A work, e.g. `/books/12-middlemarch`. Letters beyond ASCII are escaped, so
/// that the path can stand in a header too.
pub fn book(id: WorkId, slug: &str) -> String {
    let mut path = format!("/books/{id}-");
    path.extend(url::form_urlencoded::byte_serialize(slug.as_bytes()));
    path
}

pub fn author(id: AuthorId) -> String {
    format!("/authors/{id}")
}

/// Books of a genre, by its slug.
pub fn genre(slug: &str) -> String {
    format!("/genres/{slug}")
}

/// Books in a language, by its ISO 639-1 code.
pub fn language(code: &str) -> String {
    format!("/languages/{code}")
}

/// A reader's public shelf.
pub fn reader(handle: &str) -> String {
    format!("/u/{handle}")
}

/// Adding a copy of a known edition.
pub fn shelf_add_edition(id: EditionId) -> String {
    format!("/shelf/add/{id}")
}

/// An import of mine: what was found, how far it is, what came of it.
pub fn shelf_import(id: ImportId) -> String {
    format!("{SHELF_IMPORT}/{id}")
}

/// A form of an import, e.g. `/shelf/import/12/stop`.
pub fn shelf_import_step(id: ImportId, step: &str) -> String {
    format!("{SHELF_IMPORT}/{id}/{step}")
}

/// The rows of an import with this outcome (all when empty), that page of them.
pub fn shelf_import_rows(id: ImportId, show: &str, page: u32) -> String {
    let path = format!("{SHELF_IMPORT}/{id}/rows");
    let page = page.to_string();
    let pairs = [
        ("show", show),
        ("page", if page == "1" { "" } else { &page }),
    ];
    let pairs: Vec<_> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if pairs.is_empty() {
        return path;
    }
    with_pairs(&path, pairs)
}

/// The page of one copy.
pub fn copy(id: CopyId) -> String {
    format!("/copies/{id}")
}

pub fn copy_edit(id: CopyId) -> String {
    format!("/copies/{id}/edit")
}

/// Where a copy is listed, unlisted, archived, deleted, restored.
pub fn copy_state(id: CopyId) -> String {
    format!("/copies/{id}/state")
}

pub fn copy_photos(id: CopyId) -> String {
    format!("/copies/{id}/photos")
}

/// Where photos of a copy are removed and put in order.
pub fn copy_photos_change(id: CopyId) -> String {
    format!("/copies/{id}/photos/change")
}

/// A photo, at most 1600 pixels a side.
pub fn photo(key: uuid::Uuid) -> String {
    format!("/photos/{key}.jpg")
}

/// A photo, at most 400 pixels a side.
pub fn photo_small(key: uuid::Uuid) -> String {
    format!("/photos/{key}-small.jpg")
}

pub fn trade(id: TradeId) -> String {
    format!("/trades/{id}")
}

/// The form that reports something to the moderators, e.g. `copy:12`.
pub fn report(subject: SubjectRef) -> String {
    format!("{REPORT}?subject={subject}")
}

/// A report, for the member who made it.
pub fn own_report(id: ReportId) -> String {
    format!("/reports/{id}")
}

/// A reported subject on the moderators' desk.
pub fn desk_case(subject: SubjectRef) -> String {
    format!("{DESK_QUEUE}/{}/{}", subject.kind, subject.id)
}

pub fn desk_listing(id: CopyId) -> String {
    format!("{DESK_LISTINGS}/{id}")
}

/// Two works side by side, as they would be merged.
pub fn desk_compare(keep: WorkId, drop: WorkId) -> String {
    format!("{DESK_MERGE}?keep={keep}&drop={drop}")
}

/// A merge that was made.
pub fn desk_merged(id: i64) -> String {
    format!("{DESK_BOOKS}/merges/{id}")
}

/// The form that suggests to correct a book.
pub fn book_correct(id: WorkId, slug: &str) -> String {
    format!("{}/correct", book(id, slug))
}

/// Takes back what the reader has suggested for a book.
pub fn book_correct_withdraw(id: WorkId, slug: &str) -> String {
    format!("{}/correct/withdraw", book(id, slug))
}

/// Decides about a correction: `accept` or `refuse`.
pub fn desk_correction(id: CorrectionId, verdict: &str) -> String {
    format!("{DESK_CORRECTIONS}/{id}/{verdict}")
}

/// A book with its editions, on the moderators' desk.
pub fn desk_book(id: WorkId) -> String {
    format!("{DESK_BOOKS}/{id}")
}

/// Two editions side by side, on the moderators' desk.
pub fn desk_compare_editions(keep: EditionId, drop: EditionId) -> String {
    format!("{DESK_MERGE_EDITIONS}?keep={keep}&drop={drop}")
}

/// A merge of two editions that was made.
pub fn desk_merged_editions(id: i64) -> String {
    format!("/admin/editions/merges/{id}")
}

pub fn desk_member(handle: &str) -> String {
    format!("{DESK_MEMBERS}/{handle}")
}

pub fn desk_trade(id: TradeId) -> String {
    format!("{DESK_TRADES}/{id}")
}

/// Where a trade that a problem holds is brought to its end.
pub fn desk_trade_resolve(id: TradeId) -> String {
    format!("{DESK_TRADES}/{id}/resolve")
}

pub fn desk_mail(id: i64) -> String {
    format!("{DESK_MAIL}/{id}")
}

/// The cover drawn for a work; `version` changes when title or author do.
pub fn cover(id: WorkId) -> String {
    format!("/covers/{id}.svg")
}

/// The inbox, only `show` (empty for all), only what is older than `before`.
pub fn inbox(show: &str, before: Option<NotificationId>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !show.is_empty() {
        query.append_pair("show", show);
    }
    if let Some(id) = before {
        query.append_pair("before", &id.to_string());
    }
    match query.finish() {
        query if query.is_empty() => INBOX.to_owned(),
        query => format!("{INBOX}?{query}"),
    }
}

/// The page that stops one kind of mail.
pub fn unsubscribe(token: &str) -> String {
    format!("/unsubscribe/{token}")
}

/// The log-in page that leads back to `path`.
pub fn login_then(path: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", path);
    format!("{LOGIN}?{}", query.finish())
}

pub fn series(id: SeriesId) -> String {
    format!("/series/{id}")
}

/// As [`SHELF_ADD`], with this typed into the look-up.
pub fn shelf_add_query(q: &str) -> String {
    with_pairs(SHELF_ADD, [("q", q)])
}

/// A new proposal to a reader.
pub fn propose_to(handle: &str) -> String {
    with_pairs("/trades/new", [("with", handle)])
}

/// A new proposal to a reader, with one of their copies chosen.
pub fn propose(handle: &str, copy: CopyId) -> String {
    with_pairs(
        "/trades/new",
        [("with", handle), ("get", &copy.to_string())],
    )
}

/// The form that reports a listing or a member to the moderators.
pub fn report_copy(id: CopyId) -> String {
    format!("/report?subject=copy:{id}")
}

/// See [`report_copy`].
pub fn report_message(id: MessageId) -> String {
    format!("/report?subject=message:{id}")
}

/// See [`report_copy`].
pub fn report_member(id: UserId) -> String {
    format!("/report?subject=member:{id}")
}

fn with_pairs<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{path}?{}", query.finish())
}

/// The page or form of one step of a trade, e.g. `/trades/12/accept`.
pub fn trade_step(id: TradeId, step: &str) -> String {
    format!("/trades/{id}/{step}")
}
