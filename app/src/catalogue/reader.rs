//! `/u/{handle}`: a reader's profile and public shelf.

use axum::extract::{Path, RawQuery};
use dogear_domain::countries::country_name;
use dogear_server::pages::{self, PER_PAGE, Reader, ReaderPage, ShelfLine};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::page_number;
use crate::accounts::actions::BlockReader;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, moved};
use crate::ui::book::{Condition, Terms, title_lang};
use crate::ui::count;
use crate::ui::field::PostForm;
use crate::ui::pager::pager;
use crate::ui::time::{Say, in_words};
use crate::ui::trust::{posted_in_time, reply_time};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Path(handle): Path<String>, raw: RawQuery) -> PageResult {
    let page = page_number(&raw);
    let (reader, shelf, total) = match pages::reader(&req.cx, &handle, page).await? {
        ReaderPage::Open {
            reader,
            shelf,
            total,
        } => (reader, shelf, total),
        ReaderPage::Elsewhere(handle) => return Ok(moved(&urls::reader(&handle))),
        ReaderPage::Closed => return Ok(closed(&req)),
    };
    let path = urls::reader(&reader.handle);
    let feed = urls::reader_feed(&reader.handle);
    let pages = pages::pages(total, PER_PAGE);
    let pager = pager(page, pages, |page| format!("{path}?page={page}"));
    let (zone, now) = (req.zone(), req.cx.now());
    let nav = if reader.is_me {
        Nav::Shelf
    } else {
        Nav::Browse
    };
    let may_begin = req.may_begin();
    Ok(req
        .page(format!("{}’s shelf", reader.display_name))
        .nav(nav)
        .public(
            format!(
                "{} on the shelf of {}, to trade.",
                count(total, "book", "books"),
                reader.display_name
            ),
            path,
        )
        .feed(feed)
        .render(move || view(&reader, &shelf, total, pager, &zone, now, may_begin)))
}

/// Says nothing of why: that is between the reader and the moderators.
fn closed(req: &Req) -> axum::response::Response {
    req.page("This shelf is closed").nav(Nav::Browse).render(|| {
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>"This shelf is closed"</h1>
                <p class="lead">
                    "Nothing on it can be asked for now. Trades that are under way go on as agreed."
                </p>
                <p class="mt5">
                    <a class="btn" href=urls::BROWSE>
                        "Browse other shelves"
                    </a>
                </p>
            </div>
        }
    })
}

fn view(
    reader: &Reader,
    shelf: &[ShelfLine],
    total: i64,
    pager: Option<AnyView>,
    zone: &TimeZone,
    now: jiff::Timestamp,
    may_begin: bool,
) -> impl IntoView + use<> {
    let country = country_name(&reader.country).unwrap_or_default();
    let place: Vec<&str> = [&reader.city, &reader.region, country]
        .into_iter()
        .filter(|place| !place.is_empty())
        .collect();
    let place = place.join(", ");
    let abroad = if reader.posts_abroad {
        "posts abroad".to_owned()
    } else {
        String::new()
    };
    let state = [reader.handle.clone(), place, abroad]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let away = reader.away_until.map(|until| {
        format!(
            "Away until {}: proposals open again then.",
            in_words(until, zone, now, Say::Day)
        )
    });
    let about = reader.about.clone();
    let can_ask = may_begin && !reader.is_me && reader.away_until.is_none();
    let heading = match total {
        0 => "Nothing to trade just now".to_owned(),
        1 => "One book to trade".to_owned(),
        many => format!("{} to trade", count(many, "book", "books")),
    };
    let cards: Vec<AnyView> = shelf
        .iter()
        .map(|line| card(reader, line, can_ask, zone, now))
        .collect();
    let action = if reader.is_me {
        view! {
            <a class="btn" href=urls::SHELF>
                "Look after my shelf"
            </a>
        }
        .into_any()
    } else if can_ask && total > 0 {
        view! {
            <a class="btn btn-do" href=urls::propose_to(&reader.handle)>
                "Propose a trade"
            </a>
        }
        .into_any()
    } else {
        ().into_any()
    };
    let report = (!reader.is_me).then(|| {
        let handle = reader.handle.clone();
        let to_moderators = urls::report_member(reader.id);
        view! {
            <PostForm class="row fine mt5" action=BlockReader::PATH shared=true>
                {may_begin
                    .then(|| {
                        view! {
                            <a class="quiet" href=to_moderators>
                                "Report this reader"
                            </a>
                        }
                    })}
                <button class="linkbtn quiet" name="handle" value=handle>
                    "Block this reader"
                </button>
            </PostForm>
        }
    });
    view! {
        <div class="wrap page">
            <div class="head">
                <div class="stack stack-s">
                    <h1>{reader.display_name.clone()}</h1>
                    <p class="quiet">{state}</p>
                </div>
                {action}
            </div>
            <div class="aside">
                <div class="stack">
                    {away.map(|text| view! { <p class="notice">{text}</p> })}
                    {(!about.is_empty())
                        .then(|| {
                            view! {
                                <div class="prose">
                                    <p>{about}</p>
                                </div>
                            }
                        })} {figures(reader, zone, now)} {reviewed(reader)} {hosted(reader)}
                    {reads(reader)} {lists(reader)} {report}
                </div>
                <section aria-labelledby="shelf">
                    <h2 id="shelf" class="t-h3 shelfhead">
                        {heading}
                    </h2>
                    <ul class="shelfgrid">{cards}</ul>
                    {pager}
                </section>
            </div>
        </div>
    }
}

/// What they have said of books.
fn reviewed(reader: &Reader) -> Option<AnyView> {
    let path = urls::reader_reviews(&reader.handle);
    let label = count(reader.reviews, "review", "reviews");
    (reader.reviews > 0).then(|| {
        view! {
            <p>
                <a href=path>{label}</a>
            </p>
        }
        .into_any()
    })
}

/// The events to come that they host.
fn hosted(reader: &Reader) -> Option<AnyView> {
    let path = urls::events(urls::EventList {
        host: &reader.handle,
        ..urls::EventList::default()
    });
    let number = count(reader.hosts, "event to come", "events to come");
    let label = format!("Hosts {number}");
    (reader.hosts > 0).then(|| {
        view! {
            <p>
                <a href=path>{label}</a>
            </p>
        }
        .into_any()
    })
}

/// The lists that they show to everybody.
fn lists(reader: &Reader) -> Option<AnyView> {
    if reader.lists.is_empty() {
        return None;
    }
    let rows: Vec<_> = reader
        .lists
        .iter()
        .map(|list| {
            let books = count(list.books, "book", "books");
            view! {
                <li>
                    <a href=urls::list(list.id, &list.slug) dir="auto">
                        {list.name.clone()}
                    </a>
                    " "
                    <span class="small quiet">{books}</span>
                </li>
            }
        })
        .collect();
    let section = view! {
        <section class="stack stack-s" aria-labelledby="lists">
            <h2 id="lists" class="t-h3">
                "Lists"
            </h2>
            <ul class="stack-s">{rows}</ul>
        </section>
    };
    Some(section.into_any())
}

/// The way to what they show of their reading.
fn reads(reader: &Reader) -> Option<AnyView> {
    let path = urls::reader_reading(&reader.handle);
    let label = format!("What {} reads", reader.display_name);
    reader.shows_reading.then(|| {
        view! {
            <p>
                <a href=path>{label}</a>
            </p>
        }
        .into_any()
    })
}

fn figures(reader: &Reader, zone: &TimeZone, now: jiff::Timestamp) -> AnyView {
    let trust = &reader.trust;
    let mut facts = vec![("Trades completed", trust.trades_completed.to_string())];
    facts.extend(
        trust
            .reply_seconds
            .map(|seconds| ("Answers", reply_time(seconds))),
    );
    let posted = posted_in_time(trust.parcels_sent, trust.parcels_on_time);
    facts.extend(posted.map(|text| ("Parcels", text)));
    facts.push((
        "Here since",
        in_words(trust.since, zone, now, Say::ShortDay),
    ));
    let rows: Vec<_> = facts
        .into_iter()
        .map(|(name, value)| {
            view! {
                <dt>{name}</dt>
                <dd>{value}</dd>
            }
        })
        .collect();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// The way to ask for what is given away.
fn given_away(line: &ShelfLine, zone: &TimeZone, now: jiff::Timestamp) -> Option<AnyView> {
    let (round, until) = line.round?;
    let words = format!(
        "Given away until {}: ask for it",
        in_words(until, zone, now, Say::Moment)
    );
    let title = line.title.clone();
    Some(
        view! {
            <p class="meta">
                <a href=urls::give(
                    round,
                )>{words} <span class="visually-hidden">": "{title}</span></a>
            </p>
        }
        .into_any(),
    )
}

fn card(
    reader: &Reader,
    line: &ShelfLine,
    can_ask: bool,
    zone: &TimeZone,
    now: jiff::Timestamp,
) -> AnyView {
    let away = given_away(line, zone, now);
    let lang = title_lang(&line.language);
    let dir = lang.as_ref().map(|_| "auto");
    let free = can_ask && !line.held && line.round.is_none();
    let cover = if line.held { "cover" } else { "cover corner" };
    let defects: Vec<&str> = line.defects.iter().map(|defect| defect.label()).collect();
    let defects = defects.join(", ");
    let note = line.note.clone();
    let title = line.title.clone();
    let (copy, sale) = (line.copy, line.offers.sale.is_some());
    let lends = line.offers.loan.is_some();
    let (asked, ask) = (
        line.offers.can_be_asked_for(),
        urls::propose(&reader.handle, line.copy),
    );
    let (verb, what) = if line.offers.give {
        ("Ask for it", ": ")
    } else {
        ("Propose", " a trade for ")
    };
    view! {
        <li class="book">
            <div class=cover>
                <img src=urls::cover(line.work) alt="" width="320" height="480" loading="lazy" />
            </div>
            <div>
                <h3 class="btitle" lang=lang dir=dir>
                    <a href=urls::book(line.work, &line.slug)>{line.title.clone()}</a>
                </h3>
                <p class="by small" dir=dir>
                    {line.author_line.clone()}
                </p>
                <p class="meta">
                    <Condition grade=line.grade />
                    <br />
                    <Terms offers=line.offers />
                    {(!defects.is_empty())
                        .then(|| {
                            view! {
                                <br />
                                {defects}
                            }
                        })}
                </p>
                {(!note.is_empty()).then(|| view! { <p class="meta serif">{note}</p> })}
                {line
                    .held
                    .then(|| {
                        view! {
                            <p class="meta">
                                <span class="tag tag-wait">"Promised or lent"</span>
                            </p>
                        }
                    })}
                {away}
                {free
                    .then(|| {
                        view! {
                            <p class="ask">
                                {sale
                                    .then(|| {
                                        view! {
                                            <a class="btn btn-small" href=urls::copy_buy(copy)>
                                                "Buy"
                                                <span class="visually-hidden">" "{title.clone()}</span>
                                            </a>
                                            " "
                                        }
                                    })}
                                {lends
                                    .then(|| {
                                        view! {
                                            <a class="btn btn-small" href=urls::copy_borrow(copy)>
                                                "Borrow"
                                                <span class="visually-hidden">" "{title.clone()}</span>
                                            </a>
                                            " "
                                        }
                                    })}
                                {asked
                                    .then(|| {
                                        view! {
                                            <a class="btn btn-small" href=ask>
                                                {verb}
                                                <span class="visually-hidden">{what}{title}</span>
                                            </a>
                                        }
                                    })}
                            </p>
                        }
                    })}
            </div>
        </li>
    }
    .into_any()
}
