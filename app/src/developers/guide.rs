//! `/developers`: how programs work with the site.

use dogear_domain::access_tokens::Scope;
use dogear_server::limits::{API_BY_ADDRESS, API_BY_TOKEN};
use leptos::prelude::*;

use super::operations::tags;
use crate::http::{Nav, PageResult, Req};
use dogear_urls as urls;

const LEAD: &str = "Everything a reader can do on these pages, a program can do as well: read books, shelves and events, keep a shelf in step, propose trades and answer them. The same rules hold, since the same code decides.";

/// A question and its answer, to begin with.
const FIRST: &str = "curl -H \"Authorization: Bearer $TOKEN\" \\\n     {base}/api/v1/me";

pub(super) async fn page(req: Req) -> PageResult {
    let base = req.cx.services.settings.link("");
    let first = FIRST.replace("{base}", &base);
    let sections: [(&'static str, &'static str, AnyView); 8] = [
        ("begin", "Begin", begin(first)),
        ("scopes", "Tokens and scopes", scopes()),
        ("shape", "Shape of answers", shape()),
        ("lists", "Lists", lists()),
        ("versions", "Versions", versions()),
        ("twice", "Sending twice", twice()),
        ("limits", "Limits", limits()),
        ("problems", "Problems", problems()),
    ];
    Ok(req
        .page("For developers")
        .nav(Nav::None)
        .public(
            "The interface for programs: REST and JSON, tokens with scopes, one document in OpenAPI.",
            urls::DEVELOPERS,
        )
        .render(move || {
            view! {
                <div class="wrap page">
                    <div class="head">
                        <div class="stack stack-s">
                            <h1>"For developers"</h1>
                            <p class="lead">{LEAD}</p>
                        </div>
                    </div>
                    {sections
                        .into_iter()
                        .map(|(id, title, text)| {
                            view! {
                                <section class="hung" aria-labelledby=id>
                                    <header>
                                        <h2 id=id>{title}</h2>
                                    </header>
                                    <div class="prose">{text}</div>
                                </section>
                            }
                        })
                        .collect_view()}
                    <section class="hung" aria-labelledby="all">
                        <header>
                            <h2 id="all">"What there is"</h2>
                        </header>
                        <div class="prose">
                            <p>
                                "Every operation with its fields, made of the same "
                                <a href="/api/openapi.json">"document in OpenAPI 3.1"</a>
                                " that programs read:"
                            </p>
                            <ul>
                                {tags()
                                    .into_iter()
                                    .map(|(tag, slug)| {
                                        view! {
                                            <li>
                                                <a href=urls::developers_about(&slug)>{tag}</a>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        </div>
                    </section>
                    <section class="hung" aria-labelledby="promise">
                        <header>
                            <h2 id="promise">"What stays"</h2>
                        </header>
                        <div class="prose">
                            <p>
                                "Within v1 nothing that works is taken away: no operation, no field of an answer, no code of a problem, and nothing more is asked for. New operations, new fields and new words in lists of words may come at any time, so read past what you do not know. What changes stands in the changelog of the source."
                            </p>
                        </div>
                    </section>
                </div>
            }
        }))
}

fn begin(first: String) -> AnyView {
    view! {
        <p>
            "What everybody may see can be asked for without a token. For everything else, "
            <a href=urls::ACCESS_TOKENS>"make an access token"</a>
            " and send it in a header, never in an address:"
        </p>
        <pre class="mailtext" tabindex="0">
            {first}
        </pre>
        <p>
            "Cookies mean nothing here. Scripts of other pages may call only where the operator of this site has allowed their origin."
        </p>
    }
    .into_any()
}

fn scopes() -> AnyView {
    view! {
        <p>
            "A token acts in the name of its member, and opens only what its scopes say. It ends on its day, when its member ends it, and when they have a new password. What the member may not do, no scope allows."
        </p>
        <dl>
            {Scope::ALL
                .iter()
                .map(|scope| {
                    view! {
                        <dt>
                            <code>{scope.as_str()}</code>
                        </dt>
                        <dd>{scope.in_words()}"."</dd>
                    }
                })
                .collect_view()}
        </dl>
    }
    .into_any()
}

fn shape() -> AnyView {
    view! {
        <p>
            "JSON in UTF-8. Ids are strings to keep and to send back; nothing is to be read into them. Times are in UTC, like "
            <code>"2026-11-21T18:30:00Z"</code>", and days like "<code>"2026-11-21"</code>
            ". Money is a whole number of the smallest unit, with its currency: "
            <code>"{\"amount\": 650, \"currency\": \"EUR\"}"</code>
            " is €6.50. A text that is not there is empty, and anything else that is not there is null."
        </p>
        <p>
            "Bodies are read strictly: a field that nobody knows, or that stands twice, is refused by its name, and so is a parameter of an address. In a "
            <code>"PATCH"</code>
            ", a field that is not sent stays as it is, and null or an empty text empties it."
        </p>
    }
    .into_any()
}

fn lists() -> AnyView {
    view! {
        <p>
            "A list comes in pages: "<code>"items"</code>", and "<code>"next"</code>
            ", which is sent back as "<code>"cursor"</code>
            " for the page after it, and null on the last one. What is added or taken away meanwhile does not move the pages. A cursor works only for the list, the filters and the caller it was given to."
        </p>
    }
    .into_any()
}

fn versions() -> AnyView {
    view! {
        <p>
            "Each answer has an "<code>"ETag"</code>". Send it as "<code>"If-None-Match"</code>
            " to be told 304 when nothing has changed, and as "<code>"If-Match"</code>
            " with a change, to be refused with 412 when somebody else has changed it since: the present version stands in the answer."
        </p>
    }
    .into_any()
}

fn twice() -> AnyView {
    view! {
        <p>
            "Send an "<code>"Idempotency-Key"</code>
            " with whatever makes something: 1 to 255 visible characters, another one for each thing. Sent again with the same key, for two days, it counts once and the answer is the same. A key that comes with another body is refused."
        </p>
    }
    .into_any()
}

fn limits() -> AnyView {
    let per_second =
        |limit: dogear_server::limits::Limit| format!("{:.0}", 1.0 / limit.every.as_secs_f64());
    view! {
        <p>
            "Each operation has a cost, which stands at it: most cost 1. A token may spend "
            {API_BY_TOKEN.burst}" at once, and "{per_second(API_BY_TOKEN)}
            " more each second; an address without a token "{API_BY_ADDRESS.burst}", and "
            {per_second(API_BY_ADDRESS)}" more each second. Every answer says in "
            <code>"X-RateLimit-Remaining"</code>" what is left, in "
            <code>"X-RateLimit-Limit"</code>" of how much, and in " <code>"X-RateLimit-Reset"</code>
            " in how many seconds all of it is there again. Whoever spends more is answered 429, with "
            <code>"Retry-After"</code>" in seconds, and is charged nothing for that."
        </p>
    }
    .into_any()
}

fn problems() -> AnyView {
    view! {
        <p>
            "What is refused is answered as "<code>"application/problem+json"</code> ". Its "
            <code>"code"</code>" is for programs; "<code>"detail"</code> " and the "
            <code>"errors"</code>" of fields are sentences for people:"
        </p>
        <dl>
            {dogear_api::problems()
                .into_iter()
                .map(|(code, status, meaning)| {
                    view! {
                        <dt id=format!("problem-{code}")>
                            <code>{code}</code>
                            " "
                            <span class="quiet">{status}</span>
                        </dt>
                        <dd>{meaning}</dd>
                    }
                })
                .collect_view()}
        </dl>
    }
    .into_any()
}
