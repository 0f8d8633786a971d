//! The filter by what copies are offered for.

use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::Offer;
use dogear_server::search::Listing;
use leptos::prelude::*;

use super::facets::{group, of, tick};

/// The name of a way to offer a copy, as whoever looks for one says it.
pub(super) const fn offered(offer: Offer) -> &'static str {
    match offer {
        Offer::Trade => "To trade",
        Offer::Give => "Given away",
        Offer::Lend => "To borrow",
        Offer::Sell => "For sale",
    }
}

/// What copies are offered for, and what they cost at most.
pub(super) fn offers(listing: &Listing) -> AnyView {
    let query = &listing.query;
    let ticks: Vec<AnyView> = Offer::CHOOSABLE
        .iter()
        .map(|way| {
            let found = of(&listing.facets.offers, way.as_str());
            tick(
                "offer",
                way.as_str().into(),
                offered(*way).into(),
                Some(found),
                query.offers.contains(way),
            )
        })
        .collect();
    let price = Offer::CHOOSABLE.contains(&Offer::Sell).then(|| {
        let typed = query.most.map(Money::plain);
        let chosen = query.most.map_or(Currency::Eur, |most| most.currency);
        let currencies = Currency::ALL
            .iter()
            .map(|currency| {
                view! {
                    <option value=currency.as_str() selected=*currency == chosen>
                        {currency.as_str()}
                    </option>
                }
            })
            .collect_view();
        view! {
            <div class="span">
                <label for="most" class="small">
                    "Up to"
                </label>
                <input
                    class="input"
                    id="most"
                    name="most"
                    value=typed
                    inputmode="decimal"
                    maxlength="20"
                    autocomplete="off"
                />
                <label for="currency" class="visually-hidden">
                    "Currency"
                </label>
                <select class="select" id="currency" name="currency">
                    {currencies}
                </select>
            </div>
        }
        .into_any()
    });
    let choices = ticks.into_iter().chain(price).collect();
    group("Offered for", true, choices)
}
