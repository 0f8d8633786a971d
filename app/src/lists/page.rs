//! `/lists/{list}`: a list with its books, for its owner and for whoever may see it.

use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use dogear_domain::ids::ListId;
use dogear_domain::lists::ListVisibility;
use dogear_server::lists::{self, FoundBook, ListItem, ListPage, Part};
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{AddToList, MoveInList, RemoveFromList, number};
use super::mine::facts;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::{Cover, CoverSize, availability, title_lang};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::pager::pager;
use dogear_urls as urls;

/// The query of a list; everything in it is optional.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    /// `here`: only books that can be had.
    show: String,
    /// What is looked for to be added.
    find: String,
    page: String,
}

pub(super) async fn show(
    req: Req,
    Path(name): Path<String>,
    Query(params): Query<Params>,
) -> PageResult {
    let part = Part {
        here: params.show == "here",
        page: number(&params.page),
    };
    let list = lists::open(&req.cx, &name, part).await?;
    let path = if name.contains('.') {
        urls::list_named(&name)
    } else {
        urls::list(list.id, &list.slug)
    };
    let find = params.find.trim().to_owned();
    if !name.contains('.') && name != format!("{}-{}", list.id, list.slug) {
        return Ok(req.redirect(&urls::list_part(&path, part.here, &find, part.page)));
    }
    let found = if list.is_mine && !find.is_empty() {
        Some(lists::find(&req.cx, list.id, &find).await?)
    } else {
        None
    };
    let may_add = list.is_mine && req.cx.member().is_ok();
    let may_report =
        !list.is_mine && list.form.visibility != ListVisibility::Private && req.may_begin();
    let secret = name.contains('.').then_some(name);
    let mut page = req.page(list.form.name.clone()).nav(if list.is_mine {
        Nav::Shelf
    } else {
        Nav::Browse
    });
    if list.is_found() {
        let books = count(list.books, "book", "books");
        page = page.public(
            format!("{books} in “{}”, a list of {}.", list.form.name, list.owner),
            path.clone(),
        );
    }
    let state = req.form.clone();
    Ok(page.render(move || {
        let finder = may_add.then(|| finder(&list, &path, &find, found));
        let report = may_report.then(|| {
            view! {
                <p class="fine rule-top">
                    <a class="quiet" href=urls::report_list(list.id, secret.as_deref())>
                        "Report this list"
                    </a>
                </p>
            }
        });
        let here = part.here;
        let link = |page| urls::list_part(&path, here, "", page);
        let pager = pager(list.part.page, list.pages, link);
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state />
                {head(&list)}
                {can_be_had(&list, &path)}
                {finder}
                {books(&list)}
                {pager}
                {report}
            </div>
        }
    }))
}

fn head(list: &ListPage) -> AnyView {
    let facts = facts(list.books, list.form.visibility, list.form.ranked);
    let description = list.form.description.clone();
    let description =
        (!description.is_empty()).then(|| view! { <p class="serif prelines">{description}</p> });
    let mine = list.is_mine.then(|| {
        view! {
            <p class="row small">
                <a class="btn btn-small" href=urls::list_edit(list.id)>
                    "Change the list"
                </a>
                <a href=urls::list_csv(list.id)>"Take it away as a table"</a>
            </p>
        }
    });
    let who = if list.is_mine {
        view! {
            <p class="small">
                <a href=urls::LISTS>"Your lists"</a>
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="small">
                "A list of " <a href=urls::reader(&list.handle)>{list.owner.clone()}</a>
            </p>
        }
        .into_any()
    };
    let hidden = list.hidden.clone().map(|reason| {
        view! {
            <p class="notice">
                {format!("A moderator has hidden this list from others. “{reason}”")}
            </p>
        }
    });
    view! {
        <header class="stack stack-s">
            {who} <h1 dir="auto">{list.form.name.clone()}</h1> <p class="quiet small">{facts}</p>
            {description} {hidden} {mine}
        </header>
    }
    .into_any()
}

/// How many of the books can be had, with the way to them alone and back.
fn can_be_had(list: &ListPage, path: &str) -> Option<AnyView> {
    if list.part.here {
        let all = view! {
            <p>
                "Only what can be had here now. "
                <a href=path.to_owned()>"See all books of the list"</a>
            </p>
        };
        return Some(all.into_any());
    }
    let words = match list.here {
        0 => return None,
        1 => "One of these can be had here now".to_owned(),
        many => format!("{} of these can be had here now", crate::ui::grouped(many)),
    };
    let only = view! {
        <p>
            <a href=urls::list_part(path, true, "", 1)>{words}</a>
        </p>
    };
    Some(only.into_any())
}

fn books(list: &ListPage) -> AnyView {
    if list.items.is_empty() {
        return nothing(list);
    }
    let rows: Vec<_> = list.items.iter().map(|item| row(list, item)).collect();
    if list.form.ranked {
        view! { <ol class="finds">{rows}</ol> }.into_any()
    } else {
        view! { <ul class="finds">{rows}</ul> }.into_any()
    }
}

fn nothing(list: &ListPage) -> AnyView {
    if list.part.here {
        return view! {
            <Empty plate=Plate::NotFound heading="Nothing to be had just now">
                <p class="serif">"Nobody offers a copy of a book in this list today."</p>
            </Empty>
        }
        .into_any();
    }
    let words = if list.is_mine {
        "Look for a book above, or open the page of a book and choose “Add to a list”."
    } else {
        "Its owner has not put anything into it yet."
    };
    view! {
        <Empty plate=Plate::FirstUse heading="No book in it yet">
            <p class="serif">{words}</p>
        </Empty>
    }
    .into_any()
}

fn row(list: &ListPage, item: &ListItem) -> AnyView {
    let work = &item.work;
    let lang = title_lang(&work.language);
    let place = list.form.ranked.then(|| {
        view! {
            <span class="num quiet">{format!("{}.", item.place)}</span>
            " "
        }
    });
    let note = item.note.clone();
    let note = (!note.is_empty()).then(|| view! { <p class="serif prelines">{note}</p> });
    let copy = item.copy.map(|copy| {
        let label = if list.is_mine {
            "Your copy"
        } else {
            "The copy that is meant"
        };
        view! {
            <p class="fine">
                <a href=urls::copy(copy)>{label}</a>
            </p>
        }
    });
    let offered = work.copies > 0;
    let had = availability(work);
    view! {
        <li id=format!("book-{}", work.id)>
            <div class="quickbook">
                <Cover work=work.id size=CoverSize::Medium corner=offered />
                <div>
                    <p class="btitle" lang=lang dir="auto">
                        {place}
                        <a href=urls::book(work.id, &work.slug)>{work.title.clone()}</a>
                    </p>
                    <p class="by small quiet" dir="auto">
                        {work.author_line.clone()}
                    </p>
                    <p class="fine quiet">{had}</p>
                    {note}
                    {copy}
                </div>
            </div>
            {list.is_mine.then(|| tools(list, item))}
        </li>
    }
    .into_any()
}

/// What the owner of a list can do with a book in it. Among those that can be had alone nothing is
/// moved: what is in front of a book there may be far away in the list.
fn tools(list: &ListPage, item: &ListItem) -> AnyView {
    let title = &item.work.title;
    let name = |what: &str| format!("{what}: {title}");
    let (up, down, out, note) = (
        name("Up"),
        name("Down"),
        name("Remove"),
        name("Note and place"),
    );
    let is_moved = !list.part.here && list.books > 1;
    let (first, last) = (item.place == 1, item.place == list.books);
    let path = urls::list_item(list.id, item.work.id);
    let with = [
        ("list", list.id.to_string()),
        ("work", item.work.id.to_string()),
        ("at", list.part.page.to_string()),
    ];
    view! {
        <PostForm class="row" action=MoveInList::PATH with=with>
            {is_moved
                .then(|| {
                    view! {
                        <button
                            class="btn btn-small"
                            name="step"
                            value="up"
                            aria-label=up
                            disabled=first
                        >
                            "Up"
                        </button>
                        <button
                            class="btn btn-small"
                            name="step"
                            value="down"
                            aria-label=down
                            disabled=last
                        >
                            "Down"
                        </button>
                    }
                })}
            <a class="small" href=path aria-label=note>
                "Note"
            </a>
            <button class="linkbtn small" formaction=RemoveFromList::PATH aria-label=out>
                "Remove"
            </button>
        </PostForm>
    }
    .into_any()
}

/// The form that looks for a book to add, and what it has found.
fn finder(list: &ListPage, path: &str, find: &str, found: Option<Vec<FoundBook>>) -> AnyView {
    let found = found.map(|found| results(list, find, found));
    view! {
        <section class="stack stack-s" aria-labelledby="find-h">
            <h2 class="t-h3" id="find-h">
                "Add a book"
            </h2>
            <form class="row row-end" role="search" aria-labelledby="find-h" action=path.to_owned()>
                <div class="field">
                    <label for="find">"Title, author or ISBN"</label>
                    <input
                        class="input"
                        type="search"
                        id="find"
                        name="find"
                        value=find.to_owned()
                        autocomplete="off"
                    />
                </div>
                <button class="btn">"Find"</button>
            </form>
            {found}
        </section>
    }
    .into_any()
}

fn results(list: &ListPage, find: &str, found: Vec<FoundBook>) -> AnyView {
    if found.is_empty() {
        return view! {
            <p class="notice">
                "No book here answers to that. Try fewer words, or "
                <a href=urls::shelf_add_query(find)>"enter the book"</a> " if you have it."
            </p>
        }
        .into_any();
    }
    let rows: Vec<_> = found
        .into_iter()
        .map(|FoundBook { work, is_in }| {
            let lang = title_lang(&work.language);
            let label = format!("Add: {}", work.title);
            let with = [
                ("list", list.id.to_string()),
                ("work", work.id.to_string()),
                ("find", find.to_owned()),
            ];
            let add = if is_in {
                view! { <span class="small quiet">"In the list"</span> }.into_any()
            } else {
                view! {
                    <PostForm action=AddToList::PATH with=with>
                        <button class="btn btn-small" aria-label=label>
                            "Add"
                        </button>
                    </PostForm>
                }
                .into_any()
            };
            view! {
                <li>
                    <div class="quickbook">
                        <Cover work=work.id size=CoverSize::Small />
                        <div>
                            <p class="btitle" lang=lang dir="auto">
                                {work.title.clone()}
                            </p>
                            <p class="by small quiet" dir="auto">
                                {work.author_line.clone()}
                            </p>
                        </div>
                    </div>
                    {add}
                </li>
            }
        })
        .collect();
    view! { <ul class="finds">{rows}</ul> }.into_any()
}

pub(super) async fn csv(req: Req, Segment(list): Segment<ListId>) -> PageResult {
    let table = lists::export(&req.cx, list).await?;
    // Names in other scripts are not for a header: the number says which list it is.
    let name = format!("attachment; filename=\"dogear-list-{list}.csv\"");
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, table).into_response())
}
