//! Below a book: what its readers also own, and what is like it.

use dogear_domain::edition::language_name;
use dogear_server::pages::BookPage;
use dogear_server::recommendations::SimilarityReason;
use dogear_server::search::WorkLine;
use leptos::prelude::*;

use crate::ui::book::{CardIn, availability, card_lines};

/// What its readers also own; nothing when too few do.
pub(super) fn also_owned(book: &BookPage) -> Option<AnyView> {
    let cards: Vec<AnyView> = book
        .similar
        .also_owned
        .iter()
        .map(|(readers, work)| {
            let why = format!("{readers} readers have both");
            card_because(work, why)
        })
        .collect();
    rail("also", "Readers who own this also own", cards)
}

/// Books like it, each with the reason.
pub(super) fn like_this(book: &BookPage) -> Option<AnyView> {
    let cards: Vec<AnyView> = book
        .similar
        .like_this
        .iter()
        .map(|alike| {
            let work = &alike.work;
            let why = likeness(book, alike.reason);
            card_because(work, why)
        })
        .collect();
    rail("more", "More like this", cards)
}

/// A card that says why it stands there.
fn card_because(work: &WorkLine, why: String) -> AnyView {
    let lines = [why, availability(work)];
    card_lines(work, CardIn::Section, false, lines, None)
}

fn rail(id: &'static str, heading: &'static str, cards: Vec<AnyView>) -> Option<AnyView> {
    if cards.is_empty() {
        return None;
    }
    let label = format!("{heading}, scrolls sideways");
    Some(
        view! {
            <section class="rule-top" aria-labelledby=id>
                <h2 id=id class="t-h3">
                    {heading}
                </h2>
                <ul class="rail mt4" tabindex="0" aria-label=label>
                    {cards}
                </ul>
            </section>
        }
        .into_any(),
    )
}

/// "Same author", "Fantasy in Welsh".
fn likeness(book: &BookPage, likeness: SimilarityReason) -> String {
    let genre = book.genre.as_ref().map(|(_, name)| name.as_str());
    let language = language_name(&book.language);
    match (likeness, genre, language) {
        (SimilarityReason::NextInSeries, ..) => "Next in the series".into(),
        (SimilarityReason::SameSeries, ..) => "Same series".into(),
        (SimilarityReason::SameAuthor, ..) => "Same author".into(),
        (SimilarityReason::GenreAndLanguage, Some(genre), Some(language)) => {
            format!("{genre} in {language}")
        }
        (SimilarityReason::GenreAndLanguage | SimilarityReason::Genre, Some(genre), _) => {
            genre.to_owned()
        }
        (SimilarityReason::Language, _, Some(language)) => format!("Also in {language}"),
        (SimilarityReason::Language, ..) => "Same language".into(),
        _ => "New on Dogear".into(),
    }
}
