//! What readers say of books: their form, the lists, and the books that are rated best.

pub mod actions;

mod beside;
mod delete;
mod form;
mod list;
mod show;
mod top;

pub use beside::{beside, rating_line};
pub use show::Shown;

use axum::response::Response;
use dogear_domain::ids::WorkId;
use dogear_server::{Cx, Error, catalogue};

use self::actions::*;
use crate::http::{Req, Routes, Slugged};
use dogear_urls::Access::{Member, Reader};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::BOOK_REVIEW, form::show)
        .get(&pages::BOOK_REVIEW_DELETE, delete::show)
        .get(&pages::BOOK_REVIEWS, list::of_book)
        .get(&pages::READER_REVIEWS, list::of_reader)
        .get(&pages::TOP_RATED, top::show)
        .action::<WriteReview>(Member)
        .action::<DeleteReview>(Reader)
        .action::<UndeleteReview>(Reader)
        .action::<VoteForReview>(Member)
}

/// How an address names a book.
type BookName = Slugged<WorkId>;

/// What `found` is, or, of a book that was merged, the way to the address that `path` makes of the
/// other one.
async fn or_elsewhere<T>(
    req: &Req,
    work: WorkId,
    found: Result<T, Error>,
    path: impl Fn(WorkId, &str) -> String,
) -> Result<Result<T, Response>, Error> {
    match found {
        Err(Error::NotFound) => {
            let (kept, slug) = kept_book(&req.cx, work).await?;
            Ok(Err(req.redirect(&path(kept, &slug))))
        }
        other => other.map(Ok),
    }
}

/// The book into which one was merged.
async fn kept_book(cx: &Cx, work: WorkId) -> Result<(WorkId, String), Error> {
    catalogue::moved_to(cx, work).await?.ok_or(Error::NotFound)
}
