//! The front page.

use dogear_domain::variety::Variety;
use dogear_server::Actor;
use dogear_server::pages::{Front, FrontCache, Listed, near};
use dogear_server::search::{Query, WorkLine};
use leptos::prelude::*;

use super::offers::{self, Offers};
use crate::accounts::standing;
use crate::catalogue::browse::address;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{CardIn, card, title_lang};
use crate::ui::icons::{Glyph, Icon};
use crate::ui::{count, grouped};
use dogear_urls as urls;

/// Books in a row.
const IN_A_ROW: usize = 12;
/// Fewer books asked for than this say nothing about what is wanted.
const TELLING: usize = 3;

pub(super) async fn show(req: Req, cache: FrontCache) -> PageResult {
    let front = cache.get(&req.cx).await?;
    let offers = offers::read(&req.cx).await?;
    // The offers to a newcomer begin with what is new in their town.
    let near = match &offers {
        Some(Offers::ToNewcomer(_)) => None,
        _ => near(&req.cx).await?,
    };
    let page = req
        .page("Trade books you have for books you want")
        .nav(Nav::None)
        .public(
            "Readers swap the real, printed books on their own shelves: by post, or over a table. Some are given away, and some are sold.",
            urls::HOME,
        );
    let standing = standing(&req);
    let greeting = req.cx.actor.as_ref().map(|actor| greeting(actor, standing));
    let opening = match greeting {
        Some(greeting) => greeting,
        None => hero(&front),
    };
    // No row repeats what stands in one above it.
    let mut shown = Variety::default();
    for (work, owner) in offers.iter().flat_map(Offers::shown) {
        shown.takes(work, owner);
    }
    let near = near.and_then(|(town, works)| near_you(&town, &fresh(&works, &mut shown)));
    let just_listed = fresh(&front.newest, &mut shown);
    let can_ask = req.cx.member().is_ok();
    let offers = offers.and_then(|offers| offers::view(&offers, can_ask));
    let wanted = wanted(&front);
    let newest = newest(&front, &just_listed);
    let signed_in = req.cx.actor.is_some();
    Ok(page.render(move || {
        view! {
            <div class="wrap">
                {opening} {offers} {near} {newest} {wanted} {(!signed_in).then(how)}
            </div>
        }
    }))
}

/// The first of these books that the page may still show.
fn fresh<'a>(listed: &'a [Listed], shown: &mut Variety) -> Vec<&'a WorkLine> {
    listed
        .iter()
        .filter(|listed| shown.takes(listed.work.id, &listed.owner))
        .map(|listed| &listed.work)
        .take(IN_A_ROW)
        .collect()
}

fn hero(front: &Front) -> AnyView {
    let look = (front.copies > 0).then(|| {
        let text = format!("or look at {} first", count(front.copies, "copy", "copies"));
        view! { <a href=urls::BROWSE>{text}</a> }
    });
    view! {
        <section class="hero" aria-labelledby="hero">
            <div class="stack stack-l">
                <h1 class="display" id="hero">
                    <span class="line">"Give a book you have finished."</span>
                    " "
                    <span class="line">"Get one you haven’t."</span>
                </h1>
                <p class="lead">
                    "Dogear is where readers swap the real, printed books on their own shelves: by post, or over a table. Some are given away, and some are sold. You list what you would part with, and see who has what you want."
                </p>
                {search("Search all books")}
                <p class="row">
                    <a class="btn btn-do" href=urls::SHELF_ADD>
                        "List your first book"
                    </a>
                    {look}
                </p>
            </div>
            {example(&front.plenty)}
        </section>
    }
    .into_any()
}

fn search(label: &'static str) -> AnyView {
    view! {
        <form class="find" role="search" aria-label=label action=urls::BROWSE>
            <label class="visually-hidden" for="hq">
                {label}
            </label>
            <input
                id="hq"
                name="q"
                type="search"
                placeholder="What would you like to read?"
                autocomplete="off"
                maxlength="200"
            />
            <button>
                <Icon glyph=Glyph::Search />
                <span class="visually-hidden">"Search"</span>
            </button>
        </form>
    }
    .into_any()
}

/// Two books of the catalogue side by side, as a trade would show them.
fn example(works: &[WorkLine]) -> Option<AnyView> {
    let [one, .., other] = works else { return None };
    let side = |work: &WorkLine, who: &'static str| {
        let lang = title_lang(&work.language);
        view! {
            <div>
                <div class="cover">
                    <img src=urls::cover(work.id) alt="" width="320" height="480" />
                </div>
                <p class="small mt4">
                    {who}<br /><a class="quiet" lang=lang href=urls::book(work.id, &work.slug)>
                        {work.title.clone()}
                    </a>
                </p>
            </div>
        }
    };
    Some(
        view! {
            <figure class="example corner">
                <p class="quiet small">"A trade, for example"</p>
                <div class="swap mt4">
                    {side(one, "You give")} <Icon glyph=Glyph::Swap /> {side(other, "You get")}
                </div>
                <figcaption class="serif mt5">
                    "Proposed on Monday, agreed on Tuesday, both in the post by Thursday. Two parcels, no money."
                </figcaption>
            </figure>
        }
        .into_any(),
    )
}

/// The opening for somebody who is signed in: what needs them, and the search.
/// Whoever is suspended or leaving reads that first, and not that nothing waits for them.
fn greeting(actor: &Actor, standing: Option<AnyView>) -> AnyView {
    let (name, needs_you, unread) = (&actor.display_name, actor.needs_you, actor.unread);
    let waiting = match needs_you {
        0 if standing.is_some() => ().into_any(),
        0 => {
            view! { <p class="lead">"Nothing waits for you. What would you like to read next?"</p> }
                .into_any()
        }
        1 => view! { <p class="lead">"One trade waits for your next move."</p> }.into_any(),
        many => view! { <p class="lead">{format!("{many} trades wait for your next move.")}</p> }
            .into_any(),
    };
    let trades = (needs_you > 0).then(|| {
        view! {
            <a class="btn btn-do" href=urls::TRADES>
                "See what needs you"
            </a>
        }
    });
    let inbox = (unread > 0).then(|| {
        view! { <a href=urls::INBOX>{count(unread, "unread notice", "unread notices")}</a> }
    });
    let cases = (actor.open_cases > 0).then(|| {
        let text = count(actor.open_cases, "case waits", "cases wait");
        view! { <a href=urls::ADMIN_QUEUE>{text}" for a moderator"</a> }
    });
    view! {
        <section class="hero" aria-labelledby="hero">
            <div class="stack stack-l">
                <h1 id="hero">{format!("Hello, {name}")}</h1>
                {standing}
                {waiting}
                {search("Search all books")}
                <p class="row">
                    {trades}{inbox}{cases}<a class="btn" href=urls::SHELF_ADD>
                        <Icon glyph=Glyph::Add />
                        "List a book"
                    </a>
                </p>
            </div>
        </section>
    }
    .into_any()
}

fn near_you(town: &str, works: &[&WorkLine]) -> Option<AnyView> {
    if works.is_empty() {
        return None;
    }
    let all = address(&Query {
        near: town.to_owned(),
        page: 1,
        ..Query::default()
    });
    let cards: Vec<AnyView> = works
        .iter()
        .map(|work| card(work, CardIn::Section, false))
        .collect();
    let label = format!("New in {town}, scrolls sideways");
    Some(
        view! {
            <section class="hung" aria-labelledby="near">
                <header>
                    <h2 id="near">{format!("New in {town}")}</h2>
                    <p>
                        <a href=all>"See all near you"</a>
                    </p>
                </header>
                <ul class="rail" tabindex="0" aria-label=label>
                    {cards}
                </ul>
            </section>
        }
        .into_any(),
    )
}

/// `listed`: what of the newest the page does not show already.
fn newest(front: &Front, listed: &[&WorkLine]) -> AnyView {
    if front.newest.is_empty() {
        return view! {
            <section class="hung" aria-labelledby="new">
                <header>
                    <h2 id="new">"Just listed"</h2>
                </header>
                <div class="stack">
                    <p class="lead">"The shelves are empty: be the first to list."</p>
                    <p class="prose">
                        "Type the ISBN of a book you have read, say how well it has kept, and it stands here for everybody to ask for."
                    </p>
                    <p class="mt5">
                        <a class="btn" href=urls::SHELF_ADD>
                            "List a book"
                        </a>
                    </p>
                </div>
            </section>
        }
        .into_any();
    }
    if listed.is_empty() {
        return ().into_any();
    }
    let cards: Vec<AnyView> = listed
        .iter()
        .map(|work| card(work, CardIn::Section, false))
        .collect();
    let week = (front.this_week > 0)
        .then(|| format!("{} this week. ", count(front.this_week, "copy", "copies")));
    view! {
        <section class="hung" aria-labelledby="new">
            <header>
                <h2 id="new">"Just listed"</h2>
                <p>
                    {week}<a href=urls::BROWSE>"See them all"</a>" · "
                    <a href=urls::TOP_RATED>"Top rated"</a>
                </p>
            </header>
            <ul class="rail" tabindex="0" aria-label="Just listed, scrolls sideways">
                {cards}
            </ul>
        </section>
    }
    .into_any()
}

/// What is asked for most; while little has been asked for, what there is most of.
fn wanted(front: &Front) -> Option<AnyView> {
    let line = |work: &WorkLine, number: i64, of: &'static str| {
        let lang = title_lang(&work.language);
        view! {
            <li>
                <span>
                    <a lang=lang href=urls::book(work.id, &work.slug)>
                        {work.title.clone()}
                    </a>
                    " "
                    <span class="by quiet">{work.author_line.clone()}</span>
                </span>
                <span class="dots" aria-hidden="true"></span>
                <span class="val">{grouped(number)}<span class="visually-hidden">{of}</span></span>
            </li>
        }
    };
    let (heading, text, lines): (_, _, Vec<_>) = if front.asked.len() >= TELLING {
        (
            "Most asked for",
            "In how many trades, these ninety days. If one is on your shelf, somebody will be glad.",
            front
                .asked
                .iter()
                .map(|asked| line(&asked.work, asked.trades, " trades"))
                .collect(),
        )
    } else if front.plenty.len() >= TELLING {
        (
            "Easiest to find",
            "The books that most readers would part with, and how many copies there are.",
            front
                .plenty
                .iter()
                .map(|work| line(work, work.copies.into(), " copies"))
                .collect(),
        )
    } else {
        return None;
    };
    Some(
        view! {
            <section class="hung" aria-labelledby="wanted">
                <header>
                    <h2 id="wanted">{heading}</h2>
                    <p>{text}</p>
                </header>
                <ol class="toc">{lines}</ol>
            </section>
        }
        .into_any(),
    )
}

fn how() -> AnyView {
    view! {
        <section class="hung" aria-labelledby="how">
            <header>
                <h2 id="how">"How a trade goes"</h2>
                <p>
                    "Three steps, and until both have agreed you can stop at any of them. "
                    <a href=urls::ABOUT_TRADING>"How it works"</a>
                </p>
            </header>
            <div class="cols">
                <div class="prose">
                    <h3>"You list"</h3>
                    <p>
                        "Type the ISBN, say honestly how well the copy has kept, add a photo if you like. That is all we need."
                    </p>
                </div>
                <div class="prose">
                    <h3>"You agree"</h3>
                    <p>
                        "Propose a swap, or answer one. Change it as often as you both like. Nothing is held until everyone has said yes to the same list."
                    </p>
                </div>
                <div class="prose">
                    <h3>"You post or meet"</h3>
                    <p>
                        "Addresses appear only then. Each of you has a few days to send, and the page always says who is next and by when."
                    </p>
                </div>
            </div>
        </section>
    }
    .into_any()
}
