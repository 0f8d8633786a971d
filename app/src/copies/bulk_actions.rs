//! What all ticked books are offered for.

use dogear_domain::ids::CopyId;
use dogear_server::copies;
use leptos::prelude::*;

use super::actions::{offers, page_or_shelf};
use super::text;
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;

/// Lists the ticked copies for one thing, or for two (`both`: for trade or for sale). The reader stays
/// on `page`, which is a part of the shelf.
#[server(endpoint = "copies/set-offers", input = HtmlForm)]
pub async fn set_offers(
    #[server(default)] copy: Vec<CopyId>,
    #[server(default)] offer: String,
    #[server(default)] price: String,
    #[server(default)] currency: String,
    #[server(default)] page: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let ways = match offer.as_str() {
        "both" => vec!["trade".to_owned(), "sale".to_owned()],
        _ => vec![offer],
    };
    let typed = offers(ways, price, currency, String::new(), String::new());
    let change = copies::offering(&typed)?;
    let changed = copies::change(&req.cx, once.into(), &copy, change).await?;
    Ok(text::changed(page_or_shelf(&page), change, &changed))
}
