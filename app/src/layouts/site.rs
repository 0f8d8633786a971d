//! What stands around the pages of readers: masthead, footer, tab bar.

use dogear_domain::accounts::Role;
use leptos::prelude::*;

use super::flash::flash;
use super::theme::theme_switch;
use crate::http::{Nav, Req};
use crate::islands::{Client, SearchBox, Unread};
use crate::ui::icons::{Glyph, Icon, Logo};
use dogear_urls as urls;

/// The body of a page of the site.
pub(super) fn site(req: &Req, nav: Nav, content: AnyView) -> impl IntoView + use<> {
    let actor = req.cx.actor.as_ref();
    let waiting = actor.map_or(0, |actor| actor.unread);
    let current = move |this: Nav| (nav == this).then_some("page");
    let signed_in = actor.is_some();
    let handle = actor.map(|actor| actor.handle.clone());
    let staff = actor.is_some_and(|actor| actor.role >= Role::Moderator);
    let theme = req.theme;
    let here = req.here.clone();
    let needs_you = actor.map_or(0, |actor| actor.needs_you);
    let open_cases = actor.map_or(0, |actor| actor.open_cases);
    let asked = asked(&req.here);
    let (log_in, join) = (urls::login_from(&req.here), urls::join_from(&req.here));
    view! {
        // What a device keeps of a door goes when nobody is logged in: `boot.js`.
        <body class="has-tabbar" class:is-visitor=!signed_in>
            <a class="skip" href="#main">
                "Skip to the content"
            </a>
            <header class="masthead" class:has-corner=waiting.gt(&0)>
                <div class="wrap">
                    <a class="logo" href=urls::HOME>
                        <Logo />
                        "Dogear"
                    </a>
                    <nav class="mainnav" aria-label="Main">
                        <a href=urls::BROWSE aria-current=current(Nav::Browse)>
                            "Browse"
                        </a>
                        <a href=urls::SHELF aria-current=current(Nav::Shelf)>
                            "Shelf"
                        </a>
                        <a href=urls::TRADES aria-current=current(Nav::Trades)>
                            "Trades"
                            {(needs_you > 0)
                                .then(|| view! { <span class="count">" "{needs_you}</span> })}
                        </a>
                        <a href=urls::EVENTS aria-current=current(Nav::Events)>
                            "Events"
                        </a>
                        <a href=urls::INBOX aria-current=current(Nav::Inbox)>
                            "Inbox"
                            {signed_in.then(|| unread_count(waiting))}
                        </a>
                        {staff
                            .then(|| {
                                view! {
                                    <a href=urls::ADMIN>
                                        "Moderation"
                                        {(open_cases > 0)
                                            .then(|| {
                                                view! { <span class="count">" "{open_cases}</span> }
                                            })}
                                    </a>
                                }
                            })}
                    </nav>
                    <form class="find" role="search" action=urls::BROWSE>
                        <label class="visually-hidden" for="q">
                            "Search books"
                        </label>
                        <SearchBox value=asked here=false first=false />
                        <button>
                            <Icon glyph=Glyph::Search />
                            <span class="visually-hidden">"Search"</span>
                        </button>
                    </form>
                    <div class="signin">
                        <a class="iconbtn only-small" href=urls::SEARCH>
                            <Icon glyph=Glyph::Search />
                            <span class="visually-hidden">"Search"</span>
                        </a>
                        {match handle.clone() {
                            Some(handle) => {
                                view! {
                                    <a href=urls::SETTINGS aria-current=current(Nav::Me)>
                                        {handle}
                                    </a>
                                }
                                    .into_any()
                            }
                            None => {
                                view! {
                                    <a href=log_in.clone()>"Log in"</a>
                                    <a href=join.clone()>"Join"</a>
                                }
                                    .into_any()
                            }
                        }}
                    </div>
                </div>
                // Always there for a signed-in reader: the island `Unread` unfolds it.
                {signed_in
                    .then(|| {
                        view! {
                            <a
                                class="page-corner"
                                href=urls::INBOX
                                hidden=waiting.eq(&0)
                                data-unread=waiting
                            >
                                <span aria-hidden="true">{waiting}</span>
                                <span class="visually-hidden">
                                    {format!(
                                        "Inbox: {}",
                                        crate::ui::count(waiting, "unread notice", "unread notices"),
                                    )}
                                </span>
                            </a>
                        }
                    })}
            </header>
            <main id="main" tabindex="-1">
                {flash(req.flash.clone())}
                {content}
            </main>
            <footer class="footer">
                <div class="wrap">
                    <div class="stack">
                        <p>
                            "Dogear is kept by the readers who use it. Nobody is paid to recommend a book here, and Dogear sells none: readers swap their own, give them away, or sell them to each other."
                        </p>
                        {theme_switch(theme, here)}
                    </div>
                    <ul class="linkline">
                        <li>
                            <a href=urls::EVENTS>"Events"</a>
                        </li>
                        <li>
                            <a href=urls::ABOUT_TRADING>"How trading works"</a>
                        </li>
                        <li>
                            <a href=urls::ABOUT_CONDITIONS>"Condition scale"</a>
                        </li>
                        <li>
                            <a href=urls::ABOUT_RULES>"House rules"</a>
                        </li>
                        <li>
                            <a href=urls::ABOUT_CONTACT>"Contact"</a>
                        </li>
                        <li>
                            <a href=urls::ABOUT_PRIVACY>"Privacy"</a>
                        </li>
                        <li>
                            <a href=urls::ABOUT_ACCESSIBILITY>"Accessibility"</a>
                        </li>
                        <li>
                            <a href=urls::DEVELOPERS>"For developers"</a>
                        </li>
                    </ul>
                </div>
            </footer>
            <nav class="tabbar" aria-label="Main, bottom">
                <a href=urls::BROWSE aria-current=current(Nav::Browse)>
                    <Icon glyph=Glyph::Browse />
                    <span>"Browse"</span>
                </a>
                <a href=urls::SHELF aria-current=current(Nav::Shelf)>
                    <Icon glyph=Glyph::Shelf />
                    <span>"Shelf"</span>
                </a>
                <a href=urls::SHELF_ADD>
                    <Icon glyph=Glyph::Add />
                    <span>"Add"</span>
                </a>
                <a href=urls::TRADES aria-current=current(Nav::Trades)>
                    <Icon glyph=Glyph::Swap />
                    <span>
                        "Trades"
                        {(needs_you > 0)
                            .then(|| view! { <span class="count">" "{needs_you}</span> })}
                    </span>
                </a>
                <a href=urls::EVENTS aria-current=current(Nav::Events)>
                    <Icon glyph=Glyph::Calendar />
                    <span>"Events"</span>
                </a>
                {if signed_in {
                    view! {
                        <a href=urls::INBOX aria-current=current(Nav::Inbox)>
                            <Icon glyph=Glyph::Inbox />
                            <span>"Inbox"{unread_count(waiting)}</span>
                        </a>
                    }
                        .into_any()
                } else {
                    view! {
                        <a href=log_in>
                            <Icon glyph=Glyph::Person />
                            <span>"Log in"</span>
                        </a>
                    }
                        .into_any()
                }}
            </nav>
            <Client />
            {signed_in.then(|| view! { <Unread /> })}
        </body>
    }
}

/// The number of unread notices beside "Inbox"; nothing for none. The island `Unread` keeps it.
fn unread_count(waiting: i64) -> impl IntoView {
    // An empty text would be sent as a space, and the mark of what waits looks for an empty place.
    let number = (waiting > 0).then(|| format!(" {waiting}"));
    view! {
        <span class="count" data-inbox="">
            {number}
        </span>
    }
}

/// What the page of this address was searched for: it stays in the box.
fn asked(here: &str) -> String {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| path == urls::BROWSE && name == "q")
        .map(|(_, text)| text.chars().take(200).collect())
        .unwrap_or_default()
}
