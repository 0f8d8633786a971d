//! The house rules, and how to reach whoever runs the site.

use dogear_domain::moderation::ReportReason;
use leptos::prelude::*;

use crate::http::{Nav, PageResult, Req};
use dogear_urls as urls;

pub(super) async fn rules(req: Req) -> PageResult {
    let mut reasons: Vec<_> = ReportReason::ALL
        .iter()
        .filter_map(|reason| Some((reason.severity(), reason.rule()?)))
        .collect();
    reasons.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    let rules = reasons
        .into_iter()
        .map(|(_, rule)| view! { <li>{rule}</li> })
        .collect_view();
    let page = req.page("House rules").nav(Nav::None).public(
        "What readers of Dogear keep to, and what moderators do when somebody does not.",
        urls::ABOUT_RULES,
    );
    Ok(page.render(move || {
        view! {
            <div class="wrap page">
                <div class="head">
                    <div class="stack stack-s">
                        <h1>"House rules"</h1>
                        <p class="lead">
                            "What readers here keep to, and what happens when somebody does not."
                        </p>
                    </div>
                </div>
                <section class="hung" aria-labelledby="rules">
                    <header>
                        <h2 id="rules">"The rules"</h2>
                    </header>
                    <div class="prose">
                        <ul>{rules}</ul>
                    </div>
                </section>
                <section class="hung" aria-labelledby="report">
                    <header>
                        <h2 id="report">"If somebody breaks one"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Members report a copy, a list, a reader, a message, a trade or an event with the link beside it. A moderator reads each report, never in a case of their own, and you are told what came of it. When a trade goes wrong, report a problem on its page."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="decide">
                    <header>
                        <h2 id="decide">"What moderators do"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "They leave things as they are, warn somebody, take a copy, a list or a message out of sight, or suspend an account: for seven days, for thirty, or for another time or until a moderator lifts it. Whoever it concerns is told why. Each decision can be taken back."
                        </p>
                        <p>
                            "Who is suspended can read, write in running trades and finish them, and nothing else meanwhile. The front page says why, and until when. "
                            <a href=urls::ABOUT_CONTACT>"How to write to us"</a>"."
                        </p>
                    </div>
                </section>
            </div>
        }
    }))
}

pub(super) async fn contact(req: Req) -> PageResult {
    let contact = req.cx.services.settings.contact.clone();
    let page = req.page("Contact").nav(Nav::None).public(
        "How to reach the people who run this site.",
        urls::ABOUT_CONTACT,
    );
    Ok(page.render(move || {
        let how = match contact {
            Some(contact) => view! {
                <p>
                    "Write to the people who run this site: "
                    <a href=contact.href()>{contact.shown().to_owned()}</a>"."
                </p>
                <p>
                    "If it is about a decision of a moderator, say your handle and what was decided."
                </p>
            }
            .into_any(),
            None => view! {
                <p>
                    "The people who run this site have named no address to write to. Moderators read what is reported; they cannot be written to otherwise."
                </p>
            }
            .into_any(),
        };
        view! {
            <div class="wrap page">
                <div class="head">
                    <h1>"Contact"</h1>
                </div>
                <section class="hung" aria-labelledby="write">
                    <header>
                        <h2 id="write">"Write to us"</h2>
                    </header>
                    <div class="prose">{how}</div>
                </section>
                <section class="hung" aria-labelledby="instead">
                    <header>
                        <h2 id="instead">"Faster"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Something about a copy, a reader, a message, a trade or an event: members use the link “Report” beside it, and a moderator looks at it. Something is wrong with a running trade: report a problem on its page. What holds here is in the "
                            <a href=urls::ABOUT_RULES>"house rules"</a>"."
                        </p>
                    </div>
                </section>
            </div>
        }
    }))
}
