//! `/books/{id}-{slug}/review/delete`: asks once more.

use dogear_server::{Error, reviews};
use leptos::prelude::*;

use super::actions::DeleteReview;
use super::{BookName, or_elsewhere};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(name): Segment<BookName>) -> PageResult {
    let work = name.id;
    let found = reviews::form(&req.cx, work).await;
    let form = match or_elsewhere(&req, work, found, urls::book_review_delete).await? {
        Ok(form) => form,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if form.own.is_none() {
        return Err(Error::NotFound.into());
    }
    let state = req.form.clone();
    Ok(req
        .page("Delete your review?")
        .nav(Nav::Browse)
        .render(move || {
            let back = urls::book_review(work, &form.slug);
            let rating = form
                .rating
                .map(|_| " Your rating stays; you can take it away in the form of the review.");
            view! {
                <div class="wrap wrap-narrow page stack">
                    <ErrorSummary state=state />
                    <h1>"Delete your review?"</h1>
                    <p class="lead">
                        "Nobody will see what you have said of “"{form.title}
                        "”. You can have it back for a day." {rating}
                    </p>
                    <PostForm
                        class="row"
                        action=DeleteReview::PATH
                        with=[("work", work.to_string())]
                    >
                        <button class="btn btn-do">"Delete it"</button>
                        <a class="btn" href=back>
                            "Keep it"
                        </a>
                    </PostForm>
                </div>
            }
        }))
}
