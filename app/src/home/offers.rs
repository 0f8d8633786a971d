//! On the front page of whoever is signed in: what they could get for what they own.

use dogear_domain::ids::WorkId;
use dogear_server::recommendations::{ForReader, Offer, OfferReason, for_reader, newcomer};
use dogear_server::{Cx, Result};
use leptos::prelude::*;

use crate::ui::book::{CardIn, card_lines};
use crate::ui::count;
use dogear_urls as urls;

/// From here on the owner's trades are said.
const SEASONED: i32 = 3;

/// What is offered, and to whom.
pub(super) enum Offers {
    /// It fits what stands on the shelf.
    Fitting(Vec<Offer>),
    /// Nothing stands there yet, or nothing fits it.
    ToNewcomer(ForReader),
}

impl Offers {
    /// The works that are offered, and whose they are.
    pub(super) fn shown(&self) -> impl Iterator<Item = (WorkId, &str)> {
        let offers = match self {
            Self::Fitting(offers) => offers,
            Self::ToNewcomer(offered) => &offered.offers,
        };
        offers
            .iter()
            .map(|offer| (offer.work.id, offer.owner.as_str()))
    }
}

/// The offers for the signed-in reader; nothing for visitors.
pub(super) async fn read(cx: &Cx) -> Result<Option<Offers>> {
    if cx.actor.is_none() {
        return Ok(None);
    }
    let fitting = for_reader(cx).await?;
    Ok(Some(if fitting.is_empty() {
        Offers::ToNewcomer(newcomer(cx).await?)
    } else {
        Offers::Fitting(fitting)
    }))
}

/// `can_ask`: the reader may propose trades.
pub(super) fn view(offers: &Offers, can_ask: bool) -> Option<AnyView> {
    let (heading, text, offers, has_books) = match offers {
        Offers::Fitting(offers) => (
            "What you could get for what you own",
            "Copies that other readers offer now, chosen by what is on your shelf. Only you see this list.",
            offers,
            true,
        ),
        Offers::ToNewcomer(offered) => {
            let near = offered.offers.iter().any(|offer| offer.near);
            let text = match (offered.has_books, near) {
                (true, true) => {
                    "Nothing on offer fits your shelf just now: these were listed near you, or are much asked for."
                }
                (true, false) => {
                    "Nothing on offer fits your shelf just now: these were listed lately, or are much asked for."
                }
                (false, true) => {
                    "You have no books on your shelf yet: these were listed near you, or are much asked for."
                }
                (false, false) => {
                    "You have no books on your shelf yet: these were listed lately, or are much asked for."
                }
            };
            (
                "What you could get",
                text,
                &offered.offers,
                offered.has_books,
            )
        }
    };
    if offers.is_empty() {
        return None;
    }
    let cards: Vec<AnyView> = offers
        .iter()
        .map(|offer| card(offer, can_ask && has_books))
        .collect();
    let label = format!("{heading}, scrolls sideways");
    let start = (!has_books).then(|| {
        view! {
            " "
            <a href=urls::SHELF_ADD>"Put a book on your shelf"</a>
            " and the list follows it."
        }
    });
    Some(
        view! {
            <section class="hung" aria-labelledby="offers">
                <header>
                    <h2 id="offers">{heading}</h2>
                    <p>{text}{start}</p>
                </header>
                <ul class="rail" tabindex="0" aria-label=label>
                    {cards}
                </ul>
            </section>
        }
        .into_any(),
    )
}

fn card(offer: &Offer, can_ask: bool) -> AnyView {
    let action = can_ask.then(|| {
        let title = offer.work.title.clone();
        view! {
            <p class="ask">
                <a class="btn btn-small" href=urls::propose(&offer.owner, offer.copy)>
                    "Propose"
                    <span class="visually-hidden">" a trade for "{title}</span>
                </a>
            </p>
        }
        .into_any()
    });
    let lines = [why(&offer.reason), whose(offer)];
    card_lines(&offer.work, CardIn::Section, false, lines, action)
}

fn why(fit: &OfferReason) -> String {
    match fit {
        OfferReason::AlsoOwned { title } => format!("Because you have {title}"),
        OfferReason::SameSeries { title } => format!("Same series as {title}"),
        OfferReason::SameAuthor { title } => format!("Same author as {title}"),
        OfferReason::Genre { name } => format!("{name}, like much on your shelf"),
        OfferReason::NewNearby => "Listed near you".into(),
        OfferReason::Wanted { readers: 1 } => "One reader has asked for it".into(),
        OfferReason::Wanted { readers } => format!("{readers} readers have asked for it"),
        OfferReason::New => "Listed lately".into(),
    }
}

/// Whose copy it is: "From Ghent, like you", "tomas offers it and has traded 7 times".
fn whose(offer: &Offer) -> String {
    let grade = offer.grade;
    let owner = &offer.owner;
    if offer.near {
        format!("{grade} · {owner}, from {} like you", offer.city)
    } else if offer.trades >= SEASONED {
        let times = count(offer.trades, "time", "times");
        format!("{grade} · {owner} offers it and has traded {times}")
    } else if offer.city.is_empty() {
        format!("{grade} · {owner} offers it")
    } else {
        format!("{grade} · {owner} in {} offers it", offer.city)
    }
}
