//! What copies are offered for: of many at once, and how it is typed.

use dogear_domain::ids::CopyId;
use dogear_server::copies::{self, CopyInput, OffersInput};
use leptos::prelude::*;

use super::actions::page_or_shelf;
use super::text;
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;

/// Lists the ticked copies for one thing, or for two (`both`: for trade or for sale). `page` as in
/// [`super::actions::change_copies`].
#[server(endpoint = "copies/set-offers", input = HtmlForm)]
pub async fn set_offers(
    #[server(default)] copy: Vec<CopyId>,
    #[server(default)] offer: String,
    #[server(default)] price: String,
    #[server(default)] currency: String,
    #[server(default)] at_once: String,
    #[server(default)] page: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let ways = match offer.as_str() {
        "both" => vec!["trade".to_owned(), "sale".to_owned()],
        _ => vec![offer],
    };
    let typed = offers(
        ways,
        price,
        currency,
        String::new(),
        String::new(),
        &at_once,
    );
    let change = copies::offering(&typed)?;
    let changed = copies::change(&req.cx, once.into(), &copy, change).await?;
    Ok(text::changed(page_or_shelf(&page), change, &changed))
}

/// Condition and offer, as typed.
pub(super) fn condition(grade: String, offer: &str) -> CopyInput {
    let ways = vec![offer.to_owned()];
    offered(
        grade,
        OffersInput {
            ways,
            ..OffersInput::default()
        },
    )
}

pub(super) fn offered(grade: String, offers: OffersInput) -> CopyInput {
    CopyInput {
        grade,
        listed: offers.is_any(),
        offers: Some(offers),
        ..CopyInput::default()
    }
}

/// `at_once`: of a tick, empty where it is off.
pub(super) fn offers(
    ways: Vec<String>,
    price: String,
    currency: String,
    postage: String,
    days: String,
    at_once: &str,
) -> OffersInput {
    OffersInput {
        ways,
        price,
        currency,
        postage,
        days,
        at_once: !at_once.is_empty(),
    }
}
