//! Where parcels to the reader go: the form of a trade, and what is kept for the next.

use dogear_domain::fields::PostalAddress;
use dogear_server::trades::{self, TradeView, address_version};
use leptos::prelude::*;

use super::actions::{ForgetAddress, SaveAddress};
use super::two_sides::PageContext;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::field::{PostForm, TextArea, Tick};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

/// Where a parcel to the viewer goes: the form, or what it says.
pub(super) fn address(view: &TradeView, look: &PageContext) -> Option<AnyView> {
    if !view.address_needed {
        return None;
    }
    let state = look.state.clone();
    let from: Vec<_> = view
        .legs
        .iter()
        .filter(|leg| Some(leg.to) == view.viewer)
        .filter_map(|leg| view.party(leg.from))
        .collect();
    let sender = super::text::names(from.into_iter());
    let own = view.own_address.clone();
    let trade = view.id.to_string();
    let version = version_field(address_version(own.as_deref()));
    let saved = own.clone().unwrap_or_default();
    let edited = [Edited::text(&state, "address", "Address", saved)];
    let both = both_versions(&state, version.0, &version.1, edited);
    let wrong = state.error("address").is_some() || both.is_some();
    let with = [("trade", trade), version];
    let form = Entering {
        state,
        hint: format!("Only {sender} sees it, and only until the trade ends. Then it is erased."),
        value: own.clone().or(view.kept_address.clone()),
        button: match own {
            Some(_) => "Change the address",
            None => "Show this address to the sender",
        },
        class: match (&own, &view.kept_address) {
            (None, None) => "btn btn-do",
            _ => "btn",
        },
        keeps: view.kept_address.is_some(),
    };
    Some(match (own, view.kept_address.clone()) {
        (Some(_), _) => view! {
            <details class="sheet" id="address" open=wrong>
                <summary>
                    {format!("{sender} can read your address. Look at it or change it")}
                </summary>
                <div class="mt4">{both}{form.with(with)}</div>
            </details>
        }
        .into_any(),
        (None, Some(kept)) => {
            let same = with.clone().into_iter().chain([("address", kept.clone())]);
            let same: Vec<_> = same.collect();
            let hint = form.hint.clone();
            view! {
                <section class="sheet stack" id="address" aria-labelledby="address-h">
                    <h2 class="t-h3" id="address-h">
                        "Where should your books go?"
                    </h2>
                    {both}
                    <PostForm class="stack stack-s" action=SaveAddress::PATH with=same>
                        <p class="prelines" dir="auto">
                            {kept}
                        </p>
                        <p class="small quiet">{hint}</p>
                        <p>
                            <button class="btn btn-do">"Use the same address as last time"</button>
                        </p>
                    </PostForm>
                    <details open=wrong>
                        <summary>"Change it for this trade"</summary>
                        <div class="mt4">{form.with(with)}</div>
                    </details>
                </section>
            }
            .into_any()
        }
        (None, None) => view! {
            <section class="sheet stack" id="address" aria-labelledby="address-h">
                <h2 class="t-h3" id="address-h">
                    "Where should your books go?"
                </h2>
                {both}
                {form.with(with)}
            </section>
        }
        .into_any(),
    })
}

/// Where a book comes back to that the reader agrees to lend by post.
pub(super) fn return_address(state: FormState, borrower: &str, kept: Option<String>) -> AnyView {
    let hint = format!(
        "Where the book comes back to. Only {borrower} sees it, while the loan runs. Then it is erased."
    );
    let keeps = kept.is_some();
    view! {
        <TextArea
            state=state.clone()
            name="address"
            label="Your name and postal address"
            hint=hint
            maxlength=PostalAddress::MAX
            value=kept.unwrap_or_default()
        />
        {(!keeps)
            .then(|| {
                view! {
                    <Tick
                        state=state
                        name="keep"
                        label="Keep this address for my next trades"
                        hint="Encrypted, and shown to nobody but you. Your settings remove it."
                    />
                }
            })}
    }
    .into_any()
}

/// The form in which an address is entered.
struct Entering {
    state: FormState,
    hint: String,
    value: Option<String>,
    button: &'static str,
    class: &'static str,
    /// Whether one is kept already.
    keeps: bool,
}

impl Entering {
    fn with(self, with: [(&'static str, String); 2]) -> AnyView {
        let keep = if self.keeps {
            "Keep this address for my next trades, in place of the one that is kept"
        } else {
            "Keep this address for my next trades"
        };
        view! {
            <PostForm class="stack" action=SaveAddress::PATH with=with>
                <TextArea
                    state=self.state.clone()
                    name="address"
                    label="Name and postal address"
                    hint=self.hint
                    maxlength=PostalAddress::MAX
                    value=self.value.unwrap_or_default()
                />
                <Tick
                    state=self.state
                    name="keep"
                    label=keep
                    hint="Encrypted, and shown to nobody but you. Your settings remove it."
                />
                <p>
                    <button class=self.class>{self.button}</button>
                </p>
            </PostForm>
        }
        .into_any()
    }
}

/// Among the settings: the address that is kept for the next trades, and how to remove it.
pub(super) async fn kept(req: Req) -> PageResult {
    let address = trades::kept_address(&req.cx).await?;
    Ok(req.page("Address for parcels").nav(Nav::Me).render(move || {
        let shown = match address {
            Some(address) => view! {
                <p class="sheet prelines" dir="auto">
                    {address}
                </p>
                <details>
                    <summary>"Remove it"</summary>
                    <PostForm class="stack stack-s mt4" action=ForgetAddress::PATH>
                        <p>
                            "You will have to type it again in your next trade. Trades in which you have entered it keep it until they end."
                        </p>
                        <p>
                            <button class="btn btn-do">"Remove the address"</button>
                        </p>
                    </PostForm>
                </details>
            }
            .into_any(),
            None => view! {
                <p class="quiet">
                    "None is kept. When you enter one for a trade, a box there keeps it for the next."
                </p>
            }
            .into_any(),
        };
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <header class="stack stack-s">
                    <nav class="crumbs" aria-label="You are here">
                        <a href=urls::SETTINGS>"Settings"</a>
                    </nav>
                    <h1>"Address for parcels"</h1>
                    <p class="lead">
                        "What you asked to have kept for your next trades. It is stored encrypted, and only you see it: whoever sends you a parcel sees it when you choose it for that trade."
                    </p>
                </header>
                {shown}
            </div>
        }
    }))
}
