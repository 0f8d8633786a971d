//! `/books/{id}-{slug}/review`: a reader says of a book what they want.

use dogear_domain::fields::ReviewBody;
use dogear_domain::library::Rating;
use dogear_server::reviews::{self, ReviewForm};
use leptos::prelude::*;

use super::actions::WriteReview;
use super::{BookName, or_elsewhere};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm, TextArea, Tick};
use crate::ui::form_state::FormState;
use crate::ui::rating::{FIELDS, rating_field, rating_values};
use crate::ui::versions::{Edited, VERSION, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(name): Segment<BookName>) -> PageResult {
    let work = name.id;
    let found = reviews::form(&req.cx, work).await;
    let form = match or_elsewhere(&req, work, found, urls::book_review).await? {
        Ok(form) => form,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let state = req.form.or(start(&form));
    let title = match form.own {
        Some(_) => format!("Change your review of {}", form.title),
        None => format!("Review {}", form.title),
    };
    Ok(req
        .page(title.clone())
        .nav(Nav::Browse)
        .render(move || view(&form, title, &state)))
}

/// What the form starts with.
fn start(form: &ReviewForm) -> Vec<(&'static str, String)> {
    let own = form.own.as_ref();
    let mut values = vec![("body", own.map_or_else(String::new, |own| own.body.clone()))];
    if own.is_some_and(|own| own.spoiler) {
        values.push(("spoiler", "on".into()));
    }
    values.extend(rating_values(form.rating));
    values
}

/// What the form edits, as it is saved and as it was typed.
fn edited(form: &ReviewForm, state: &FormState) -> Vec<Edited> {
    let own = form.own.as_ref();
    let ticked = |on| if on { "Yes" } else { "No" };
    let [stars, quarters] = FIELDS.map(|name| state.value(name));
    let typed = Rating::parse_parts(stars, quarters).ok().flatten();
    let said = |rating: Option<Rating>| rating.map_or_else(String::new, Rating::said);
    vec![
        Edited::text(
            state,
            "body",
            "Review",
            own.map_or_else(String::new, |own| own.body.clone()),
        ),
        Edited::new(
            "Spoiler",
            ticked(own.is_some_and(|own| own.spoiler)),
            ticked(!state.value("spoiler").is_empty()),
        ),
        Edited::new("Rating", said(form.rating), said(typed)),
    ]
}

fn view(form: &ReviewForm, title: String, state: &FormState) -> impl IntoView + use<> {
    let book = urls::book(form.work, &form.slug);
    let version = version_field(reviews::version(form));
    let both = both_versions(state, VERSION, &version.1, edited(form, state));
    let with = [("work", form.work.to_string()), version];
    let own = form.own.as_ref();
    let hidden = own.and_then(|own| own.hidden.clone()).map(|reason| {
        view! {
            <p class="notice">
                "A moderator has hidden this review: only you see it. “"{reason}
                "” You can change it here; a moderator decides whether it is shown again."
            </p>
        }
    });
    let again = form.was_hidden.clone().map(|reason| {
        view! {
            <p class="notice">
                "A moderator had hidden the review of this book that you deleted. “"{reason}
                "” What you write now is hidden as well: only you see it, until a moderator decides that it is shown again."
            </p>
        }
    });
    let marked = own.filter(|own| own.is_marked).map(|_| {
        view! {
            <p class="notice">
                "A moderator has marked this review as one that gives the story away. It stays folded until a reader opens it."
            </p>
        }
    });
    let delete = own.map(|_| {
        let path = urls::book_review_delete(form.work, &form.slug);
        view! { <a href=path>"Delete the review"</a> }
    });
    let rating = rating_field(state, None);
    let state = state.clone();
    let (name, author) = (form.title.clone(), form.author_line.clone());
    let by = (!author.is_empty()).then(|| format!(", by {author}"));
    view! {
        <div class="wrap wrap-narrow page stack">
            <ErrorSummary state=state.clone() />
            {both}
            <p class="small">
                <a href=book.clone()>{name}</a>
                {by}
            </p>
            <h1>{title}</h1>
            {hidden}
            {again}
            {marked}
            <PostForm class="stack stack-l" action=WriteReview::PATH with=with>
                {rating}
                <TextArea
                    state=state.clone()
                    name="body"
                    label="Your review"
                    hint="Plain text. What gives the story away goes between [spoiler] and [/spoiler]: others see it when they ask for it."
                    maxlength=ReviewBody::MAX
                />
                <Tick
                    state=state.clone()
                    name="spoiler"
                    label="All of it gives the story away"
                    hint="Then the whole review is folded until a reader opens it."
                />
                <p class="small quiet">
                    "Everybody can read your review, with your name and your rating beside it. You can change or delete it at any time."
                </p>
                <p class="row">
                    <button class="btn btn-do">"Save the review"</button>
                    <a href=book>"Back to the book"</a>
                    {delete}
                </p>
            </PostForm>
        </div>
    }
}
