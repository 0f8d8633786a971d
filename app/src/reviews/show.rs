//! One review, wherever it stands.

use dogear_domain::reviews::{Part, parts};
use dogear_server::reviews::ReviewLine;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::VoteForReview;
use crate::action::ServerFn;
use crate::http::Req;
use crate::ui::count;
use crate::ui::field::PostForm;
use crate::ui::rating::stars;
use crate::ui::time::{Say, When};
use dogear_urls as urls;

/// What reviews on a page need to know of it.
#[derive(Clone)]
pub struct Shown {
    here: String,
    may_begin: bool,
    now: Timestamp,
    zone: TimeZone,
}

impl Shown {
    /// When and in which zone it is shown.
    pub const fn clock(&self) -> (&TimeZone, Timestamp) {
        (&self.zone, self.now)
    }

    /// For the page at `here`: path and query.
    pub fn on(req: &Req, here: &str) -> Self {
        Self {
            here: here.to_owned(),
            may_begin: req.may_begin(),
            now: req.cx.now(),
            zone: req.zone(),
        }
    }

    /// Whether the reader may write and vote, or could when they join.
    pub(super) const fn may_begin(&self) -> bool {
        self.may_begin
    }
}

/// A review; `change` is where its author changes it, `of` stands before its author.
pub(super) fn review(
    line: &ReviewLine,
    shown: &Shown,
    of: Option<AnyView>,
    change: &str,
) -> AnyView {
    let id = format!("review-{}", line.id);
    let name = line.name.clone();
    let profile = urls::reader(&line.handle);
    let written = line.created_at;
    let edited = line.edited_at.map(|at| {
        view! {
            ", changed "
            <When at=at zone=shown.zone.clone() now=shown.now say=Say::ShortDay />
        }
    });
    let traded = line
        .traded
        .then(|| view! { <span class="tag">"Traded it here"</span> });
    let own = line
        .mine
        .then(|| view! { <span class="tag">"Yours"</span> });
    let hidden = line.hidden.then(|| {
        view! { <p class="notice">"A moderator has hidden this review: only you see it."</p> }
    });
    view! {
        <li class="stack stack-s" id=id>
            {of}
            <p class="row">
                <a href=profile>{name}</a>
                {line.rating.map(stars)}
                <span class="small quiet">
                    <When at=written zone=shown.zone.clone() now=shown.now say=Say::ShortDay />
                    {edited}
                </span>
                {traded}
                {own}
            </p>
            {hidden}
            {text(line)}
            {foot(line, shown, change)}
        </li>
    }
    .into_any()
}

/// The words, with what gives something away folded.
fn text(line: &ReviewLine) -> AnyView {
    let words: Vec<AnyView> = parts(&line.body)
        .into_iter()
        .map(|part| match part {
            Part::Plain(text) => {
                view! { <p class="serif prelines">{text.to_owned()}</p> }.into_any()
            }
            Part::Spoiler(text) => view! {
                <details>
                    <summary>"Spoiler"</summary>
                    <p class="serif prelines">{text.to_owned()}</p>
                </details>
            }
            .into_any(),
        })
        .collect();
    if line.spoiler {
        view! {
            <details>
                <summary>"This review gives the story away. Show it"</summary>
                <div class="stack stack-s">{words}</div>
            </details>
        }
        .into_any()
    } else {
        words.into_any()
    }
}

/// What can be done with it, and how many it has helped.
fn foot(line: &ReviewLine, shown: &Shown, change: &str) -> AnyView {
    let helped =
        (line.helpful > 0).then(|| format!("Helped {}", count(line.helpful, "reader", "readers")));
    if line.mine {
        let change = change.to_owned();
        return view! { <p class="row small">{helped} <a href=change>"Change or delete it"</a></p> }
        .into_any();
    }
    if !shown.may_begin {
        return helped
            .map(|helped| view! { <p class="small quiet">{helped}</p> })
            .into_any();
    }
    let with = [
        ("review", line.id.to_string()),
        ("helpful", (!line.voted).to_string()),
        ("next", format!("{}#review-{}", shown.here, line.id)),
    ];
    let whose = format!(": the review by {}", line.name);
    let (button, said) = if line.voted {
        ("Take it back", Some("You found this helpful"))
    } else {
        ("Helpful", None)
    };
    let report = urls::report_review(line.id);
    view! {
        <PostForm class="row small" action=VoteForReview::PATH shared=true with=with>
            {said}
            <button class="btn btn-small">
                {button} <span class="visually-hidden">{whose.clone()}</span>
            </button>
            <span class="quiet">{helped}</span>
            <a class="fine quiet report" href=report>
                "Report"
                <span class="visually-hidden">{whose}</span>
            </a>
        </PostForm>
    }
    .into_any()
}
