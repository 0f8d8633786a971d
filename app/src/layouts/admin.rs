//! What stands around the pages of moderators and admins.

use leptos::prelude::*;

use super::flash::flash;
use crate::http::Req;
use crate::islands::{AdminKeys, Client};
use crate::ui::icons::{Glyph, Icon, Logo};
use dogear_urls as urls;

/// Name, path, label. The last is for admins.
const SECTIONS: [(&str, &str, &str); 13] = [
    ("queue", urls::ADMIN_QUEUE, "Queue"),
    ("listings", urls::ADMIN_LISTINGS, "Listings"),
    ("reviews", urls::ADMIN_REVIEWS, "Reviews"),
    ("books", urls::ADMIN_BOOKS, "Books"),
    ("corrections", urls::ADMIN_CORRECTIONS, "Corrections"),
    ("events", urls::ADMIN_EVENTS, "Events"),
    ("members", urls::ADMIN_MEMBERS, "Members"),
    ("trades", urls::ADMIN_TRADES, "Trades"),
    ("jobs", urls::ADMIN_JOBS, "Jobs"),
    ("mail", urls::ADMIN_MAIL, "Mail"),
    ("audit", urls::ADMIN_AUDIT, "Audit log"),
    ("overview", urls::ADMIN_OVERVIEW, "Overview"),
    ("settings", urls::ADMIN_SETTINGS, "Settings"),
];

/// The body of a desk page: black masthead with the sections, then the content.
pub(super) fn admin(req: &Req, section: &'static str, content: AnyView) -> impl IntoView + use<> {
    let handle = req.cx.actor.as_ref().map(|actor| actor.handle.clone());
    let shown = SECTIONS.len() - usize::from(req.cx.admin().is_err());
    let flash = flash(req.flash.clone());
    view! {
        <body class="moderation">
            <a class="skip" href="#main">
                "Skip to the content"
            </a>
            <header class="masthead">
                <div class="wrap">
                    <a class="logo" href=urls::HOME>
                        <Logo />
                        "Dogear"
                    </a>
                    <span class="by">"Moderators’ desk"</span>
                    <nav class="mainnav" aria-label="Moderation">
                        {SECTIONS
                            .into_iter()
                            .take(shown)
                            .map(|(name, path, label)| {
                                let current = (name == section).then_some("page");
                                view! {
                                    <a href=path aria-current=current>
                                        {label}
                                    </a>
                                }
                            })
                            .collect_view()}
                    </nav>
                    <form class="find" role="search" action=urls::ADMIN_FIND>
                        <label class="visually-hidden" for="admin-find">
                            "Find a member, a trade or a listing"
                        </label>
                        <input
                            id="admin-find"
                            name="q"
                            type="search"
                            placeholder="Handle, trade, title, ISBN"
                            autocomplete="off"
                            data-key="/"
                        />
                        <button>
                            <Icon glyph=Glyph::Search />
                            <span class="visually-hidden">"Search"</span>
                        </button>
                    </form>
                    <div class="signin">
                        {handle.map(|handle| view! { <a href=urls::SETTINGS>{handle}</a> })}
                    </div>
                </div>
            </header>
            <main id="main" tabindex="-1">
                {flash}
                {content}
            </main>
            <footer class="moderation-foot">
                <AdminKeys />
            </footer>
            <Client />
        </body>
    }
}
