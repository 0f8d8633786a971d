//! What reported things said: as it stood with a report, and before it was changed.

use dogear_domain::events::partners;
use dogear_domain::library::Rating;
use dogear_server::events::DeskFeedback;
use dogear_server::moderation::case::{Case, CaseReport};
use dogear_server::moderation::evidence::{EarlierVersion, Evidence, Named};
use dogear_server::reviews::desk::DeskReview;
use dogear_server::trades::CopySnapshot;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::shared::member_link;
use crate::ui::book::Condition;
use crate::ui::photos::thumbs;
use crate::ui::time::{Say, When};
use dogear_urls as urls;

/// What a guest says of an event, as it stands.
pub(super) fn feedback(said: &DeskFeedback) -> AnyView {
    let path = urls::event_by_id(said.event);
    let title = said.title.clone();
    let words = said.words.clone();
    let rating = format!(" {} of 5, and wrote to those who host it:", said.rating);
    let withdrawn = said.is_withdrawn.then(|| {
        view! {
            <p class="small quiet">
                "They have withdrawn it since: those who host it read it no more."
            </p>
        }
    });
    view! {
        <div class="stack stack-s">
            <p>"A guest of " <a href=path>{title}</a> " gave it" {rating}</p>
            <blockquote class="serif quoted prelines">{words}</blockquote>
            {withdrawn}
        </div>
    }
    .into_any()
}

/// A review, as it stands.
pub(super) fn review(review: &DeskReview) -> AnyView {
    let (desk, book) = (
        urls::admin_review(review.id),
        urls::book(review.work, &review.slug),
    );
    let title = review.title.clone();
    let rating = review.rating.map(Rating::said);
    let body = review.body.clone();
    view! {
        <div class="stack stack-s">
            <p>
                "Of " <a href=book>{title}</a> {rating.map(|rating| format!(", with {rating}"))}
                {review.is_marked.then_some(", marked as a spoiler by a moderator")}
                {review.spoiler.then_some(", said to be a spoiler by its author")}
            </p>
            <blockquote class="serif quoted prelines">{body}</blockquote>
            <p class="fine">
                <a href=desk>"The review on the desk"</a>
            </p>
        </div>
    }
    .into_any()
}

/// What the subject said when this report was made, unless it says the same now.
pub(super) fn as_reported(case: &Case, report: &CaseReport) -> Option<AnyView> {
    let kept = &report.evidence.as_ref()?.0;
    if case.now.as_ref() == Some(kept) {
        return None;
    }
    let content = stood(kept, "when it was reported");
    Some(
        view! {
            <div class="notice notice-do stack stack-s">
                <p class="fine strong">"As it stood when it was reported"</p>
                {content}
            </div>
        }
        .into_any(),
    )
}

/// What the subject said before it was changed, newest first.
pub(super) fn earlier(
    versions: &[EarlierVersion],
    now: Timestamp,
    zone: &TimeZone,
) -> Option<AnyView> {
    if versions.is_empty() {
        return None;
    }
    let rows: Vec<_> = versions
        .iter()
        .map(|version| {
            let content = stood(&version.content, "before it was changed");
            view! {
                <li class="stack stack-s">
                    <p class="fine quiet">
                        "Until "
                        <When at=version.replaced_at zone=zone.clone() now=now say=Say::Moment />
                    </p>
                    {content}
                </li>
            }
        })
        .collect();
    Some(
        view! {
            <section class="rule-top stack stack-s" aria-labelledby="earlier">
                <h3 id="earlier">"Before it was changed"</h3>
                <ol class="stack stack-s">{rows}</ol>
                <p class="fine quiet">"Kept for 90 days. Only moderators see it."</p>
            </section>
        }
        .into_any(),
    )
}

/// A copy as it stood once: condition, note and photos. `moment` says when, for those who
/// cannot see the photos.
pub(super) fn snapshot(book: &CopySnapshot, moment: &str) -> AnyView {
    let defects: Vec<&str> = book.defects().iter().map(|defect| defect.label()).collect();
    let defects = defects.join(", ");
    let note = book.note.clone();
    let photos = thumbs(&book.photos, |number| {
        format!("Photo {number} of “{}” {moment}", book.title)
    });
    let photos =
        photos.unwrap_or_else(|| view! { <p class="fine quiet">"No photos."</p> }.into_any());
    view! {
        <p class="fine">
            <Condition grade=book.grade() />
            {if defects.is_empty() {
                " · no defects named".to_owned()
            } else {
                format!(" · {defects}")
            }}
        </p>
        {(!note.is_empty())
            .then(|| view! { <blockquote class="serif quoted prelines">{note}</blockquote> })}
        {photos}
    }
    .into_any()
}

fn stood(evidence: &Evidence, moment: &str) -> AnyView {
    match evidence {
        Evidence::Copy { by, copy } => {
            let title = copy.title.clone();
            view! {
                <p>{title}", offered by "{called(by)}</p>
                {snapshot(copy, moment)}
            }
            .into_any()
        }
        Evidence::Member { by, city, about } => {
            let (city, about) = (city.clone(), about.clone());
            view! {
                <p>{called(by)}{(!city.is_empty()).then(|| format!(", {city}"))}</p>
                {quoted(about)}
            }
            .into_any()
        }
        Evidence::Event {
            by,
            title,
            description,
            partners: named,
            messages,
        } => {
            let title = title.clone();
            let with = (!named.is_empty()).then(|| format!("With:\n{}", partners::text(named)));
            let words: Vec<_> = (with.iter())
                .chain(std::iter::once(description))
                .chain(messages)
                .map(|text| quoted(text.clone()))
                .collect();
            view! {
                <p>{title}", hosted by "{called(by)}</p>
                {words}
            }
            .into_any()
        }
        Evidence::Feedback { by, event, words } => {
            let (event, words) = (event.clone(), words.clone());
            view! {
                <p>{called(by)}" wrote to those who hosted "{event}":"</p>
                {quoted(words)}
            }
            .into_any()
        }
        Evidence::List {
            by,
            name,
            description,
            notes,
        } => {
            let name = name.clone();
            let words: Vec<_> = std::iter::once(description)
                .chain(notes)
                .map(|text| quoted(text.clone()))
                .collect();
            view! {
                <p>"The list “"{name}"” of "{called(by)}</p>
                {words}
            }
            .into_any()
        }
        Evidence::Review { by, book, body, .. } => {
            let (book, body) = (book.clone(), body.clone());
            view! {
                <p>{called(by)}" wrote of "{book}":"</p>
                {quoted(body)}
            }
            .into_any()
        }
        Evidence::Message { by, body, .. } => {
            let body = body.clone();
            view! {
                <p>{called(by)}" wrote:"</p>
                {quoted(body)}
            }
            .into_any()
        }
        Evidence::Trade { parties } => {
            let parties: Vec<_> = parties
                .iter()
                .map(|party| view! { <li>{called(party)}</li> })
                .collect();
            view! { <ul>{parties}</ul> }.into_any()
        }
    }
}

pub(super) fn quoted(text: String) -> Option<AnyView> {
    (!text.is_empty())
        .then(|| view! { <blockquote class="serif quoted prelines">{text}</blockquote> }.into_any())
}

fn called(somebody: &Named) -> AnyView {
    let name = somebody.name.clone();
    view! {
        {name}
        " ("
        {member_link(&somebody.handle)}
        ")"
    }
    .into_any()
}
