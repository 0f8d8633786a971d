//! `/inbox`: what happened, newest first.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use dogear_domain::ids::NotificationId;
use dogear_server::Error;
use dogear_server::notifications::{self, Filter, Group, Kind, Notification, Page};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::{MarkAllRead, MarkRead, MarkUnread, OpenNotice};
use super::threads::{Thread, day, threads};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::PostForm;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::pager::onward;
use crate::ui::time::Ago;
use dogear_urls as urls;

/// The filters with their words in the address and on the page.
const FILTERS: [(Filter, &str, &str); 3] = [
    (Filter::All, "", "All"),
    (Filter::Unread, "unread", "Unread"),
    (Filter::Trades, "trades", "Trades"),
];

/// The filter with this word in the address; an unknown word shows all.
pub(super) fn filter_of(word: &str) -> Filter {
    FILTERS
        .iter()
        .find(|(_, known, _)| *known == word)
        .map_or(Filter::All, |(filter, ..)| *filter)
}

fn word_of(filter: Filter) -> &'static str {
    FILTERS
        .iter()
        .find(|(known, ..)| *known == filter)
        .map_or("", |(_, word, _)| *word)
}

pub(super) async fn show(req: Req, RawQuery(query): RawQuery) -> PageResult {
    let (mut filter, mut before) = (Filter::All, None);
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match &*name {
            "show" => filter = filter_of(&value),
            "before" => before = value.parse::<NotificationId>().ok(),
            _ => {}
        }
    }
    let page = match notifications::list(&req.cx, filter, before).await {
        Ok(page) => Some(page),
        Err(Error::Busy(detail)) => {
            tracing::warn!(detail, "the inbox did not load");
            None
        }
        Err(error) => return Err(error.into()),
    };
    let status = match page {
        Some(_) => StatusCode::OK,
        None => StatusCode::SERVICE_UNAVAILABLE,
    };
    let list = List {
        unread: req.cx.reader()?.unread,
        here: urls::inbox(word_of(filter), before),
        first: before.is_none(),
        filter,
        now: req.cx.now(),
        zone: req.zone(),
    };
    Ok(req
        .page("Inbox")
        .nav(Nav::Inbox)
        .status(status)
        .render(move || list.view(page)))
}

/// What is shown, apart from the notices themselves.
struct List {
    filter: Filter,
    /// The address of this very list.
    here: String,
    /// Whether the newest are shown.
    first: bool,
    /// How many unread notices there are in all.
    unread: i64,
    now: Timestamp,
    zone: TimeZone,
}

impl List {
    fn view(self, page: Option<Page>) -> impl IntoView {
        let up_to = page
            .as_ref()
            .and_then(|page| page.rows.iter().find(|row| row.unread))
            .map(|row| row.id);
        let lead = match self.unread {
            0 => "Nothing waits for you.".to_owned(),
            unread => format!(
                "{} you have not opened. The corner of the page stays folded until you have.",
                count(unread, "notice", "notices")
            ),
        };
        view! {
            <div class="wrap page">
                <div class="head">
                    <div class="stack stack-s">
                        <h1>"Inbox"</h1>
                        <p class="quiet">{lead}</p>
                    </div>
                    <div class="row">
                        {up_to.map(|id| self.read_all(id))}
                        <a class="small" href=urls::NOTIFICATION_SETTINGS>
                            "Notification settings"
                        </a>
                    </div>
                </div>
                {self.tabs()}
                // Shown by the island `Unread` when something new has come in.
                <p class="mt4" id="inbox-new" hidden>
                    <a class="chip" href=urls::INBOX>
                        <span></span>
                        <Icon glyph=Glyph::Up />
                    </a>
                </p>
                {match page {
                    None => self.failed().into_any(),
                    Some(page) if page.rows.is_empty() => self.empty(),
                    Some(page) => self.rows(page).into_any(),
                }}
            </div>
        }
    }

    fn tabs(&self) -> impl IntoView + use<> {
        let (current, unread) = (self.filter, self.unread);
        let tab = move |(filter, word, label): (Filter, &'static str, &'static str)| {
            let number = (filter == Filter::Unread && unread > 0).then(|| {
                view! {
                    " "
                    <span class="count">{unread}</span>
                }
            });
            view! {
                <a href=urls::inbox(word, None) aria-current=(filter == current).then_some("page")>
                    {label}
                    {number}
                </a>
            }
        };
        view! {
            <nav class="tabs" aria-label="Which notices">
                {FILTERS.map(tab).collect_view()}
            </nav>
        }
    }

    fn read_all(&self, up_to: NotificationId) -> impl IntoView + use<> {
        let label = match self.filter {
            Filter::Trades => "Mark all about trades as read",
            Filter::All | Filter::Unread => "Mark all as read",
        };
        let with = [
            ("show", word_of(self.filter).to_owned()),
            ("up_to", up_to.to_string()),
        ];
        view! {
            <PostForm action=MarkAllRead::PATH with=with>
                <button class="btn btn-small">
                    <Icon glyph=Glyph::Check />
                    {label}
                </button>
            </PostForm>
        }
    }

    fn rows(&self, page: Page) -> impl IntoView + use<> {
        let mut days: Vec<(&'static str, Vec<Thread>)> = Vec::new();
        for thread in threads(page.rows) {
            let day = day(thread.newest.created_at, self.now, &self.zone);
            match days.last_mut() {
                Some((last, threads)) if *last == day => threads.push(thread),
                _ => days.push((day, vec![thread])),
            }
        }
        let word = word_of(self.filter);
        let sections = days
            .into_iter()
            .enumerate()
            .map(|(number, (day, threads))| {
                let id = format!("day-{number}");
                let rows = threads
                    .into_iter()
                    .map(|thread| self.thread(thread))
                    .collect_view();
                view! {
                    <section class="mt5" aria-labelledby=id>
                        <h2 class="t-h3" id=id.clone()>
                            {day}
                        </h2>
                        <ul class="inboxlist mt4">{rows}</ul>
                    </section>
                }
            })
            .collect_view();
        let newest = (!self.first).then(|| (urls::inbox(word, None), "Newest"));
        let older = page.older.map(|id| (urls::inbox(word, Some(id)), "Older"));
        let end = older.is_none().then(|| {
            view! { <p class="center quiet serif mt6">"That is everything."</p> }
        });
        let pager = onward("Pages", newest, older);
        view! {
            {sections}
            {end}
            {pager}
        }
    }

    /// One line, and folded below it what was said before about the same trade.
    fn thread(&self, thread: Thread) -> AnyView {
        let Thread { newest, earlier } = thread;
        if earlier.is_empty() {
            return self.row(newest, None);
        }
        let unread = earlier.iter().filter(|row| row.unread).count();
        let mut label = count(earlier.len(), "earlier notice", "earlier notices");
        if unread > 0 {
            label = format!("{label}, {unread} unread");
        }
        let rows = earlier
            .into_iter()
            .map(|row| self.row(row, None))
            .collect_view();
        let folded = view! {
            <details class="earlier small">
                <summary>{label}</summary>
                <ul class="inboxlist">{rows}</ul>
            </details>
        };
        self.row(newest, Some(folded.into_any()))
    }

    fn row(&self, row: Notification, folded: Option<AnyView>) -> AnyView {
        let id = row.id;
        let sentence = format!("n-{id}");
        let about = match row.trade {
            Some(trade) => format!("{} · trade {trade} · ", row.kind.label()),
            None => format!("{} · ", row.kind.label()),
        };
        let picture = match row.work {
            Some(work) => view! { <Cover work=work size=CoverSize::Small /> }.into_any(),
            None => view! {
                <span class="kind">
                    <Icon glyph=glyph(row.kind) />
                </span>
            }
            .into_any(),
        };
        let what = if row.unread {
            let said = sentence.clone();
            view! {
                <PostForm class="what" action=OpenNotice::PATH with=[("notice", id.to_string())]>
                    <button class="open" id=said>
                        {row.text}
                    </button>
                </PostForm>
            }
            .into_any()
        } else {
            view! {
                <p class="what">
                    <a class="open" id=sentence.clone() href=row.path>
                        {row.text}
                    </a>
                </p>
            }
            .into_any()
        };
        let (mark, label) = if row.unread {
            (MarkRead::PATH, "Mark as read")
        } else {
            (MarkUnread::PATH, "Mark as unread")
        };
        let with = [("notice", id.to_string()), ("next", self.here.clone())];
        view! {
            <li>
                {row
                    .unread
                    .then(|| {
                        view! {
                            <span class="unread">
                                <span class="visually-hidden">"Unread. "</span>
                            </span>
                        }
                    })} {picture}
                <div>
                    {what} <p class="fine quiet">{about}<Ago at=row.created_at now=self.now /></p>
                </div> <PostForm class="acts" action=mark with=with>
                    <button class="linkbtn" aria-describedby=sentence>
                        {label}
                    </button>
                </PostForm> {folded}
            </li>
        }
        .into_any()
    }

    fn empty(&self) -> AnyView {
        match self.filter {
            _ if !self.first => view! {
                <Empty plate=Plate::Cleared heading="Nothing older">
                    <p class="serif">"You have reached the end of your inbox."</p>
                    <p>
                        <a class="btn" href=urls::INBOX>
                            "Back to the newest"
                        </a>
                    </p>
                </Empty>
            }
            .into_any(),
            Filter::All => view! {
                <Empty plate=Plate::FirstUse heading="Nothing has happened yet">
                    <p class="serif">
                        "Proposals, parcels and messages are announced here. Books on your shelf bring the first ones."
                    </p>
                    <p>
                        <a class="btn btn-do" href=urls::SHELF_ADD>
                            "Put a book on your shelf"
                        </a>
                    </p>
                </Empty>
            }
            .into_any(),
            Filter::Unread => view! {
                <Empty plate=Plate::Cleared heading="All read">
                    <p class="serif">"Nothing waits for you here. The corner is flat again."</p>
                    <p>
                        <a class="btn" href=urls::INBOX>
                            "Look back at all notices"
                        </a>
                    </p>
                </Empty>
            }
            .into_any(),
            Filter::Trades => view! {
                <Empty plate=Plate::NotFound heading="No notice about a trade">
                    <p class="serif">
                        "Find a book you want to read and propose something of yours for it."
                    </p>
                    <p class="row">
                        <a class="btn btn-do" href=urls::BROWSE>
                            "Browse books"
                        </a>
                        <a href=urls::INBOX>"Show all notices"</a>
                    </p>
                </Empty>
            }
            .into_any(),
        }
    }

    fn failed(&self) -> impl IntoView + use<> {
        let here = self.here.clone();
        view! {
            <Empty plate=Plate::Failed heading="Your inbox did not load">
                <p class="serif">"Nothing is lost. The site is very busy just now."</p>
                <p>
                    <a class="btn" href=here>
                        "Try again"
                    </a>
                </p>
            </Empty>
        }
    }
}

/// What stands for a notice that is about no book.
fn glyph(kind: Kind) -> Glyph {
    match (kind, kind.group()) {
        (Kind::TradeMessage, _) => Glyph::Message,
        (Kind::Security, _) => Glyph::Lock,
        (Kind::ProblemReported, _) => Glyph::Warn,
        (Kind::ReportDecided, _) => Glyph::Flag,
        (Kind::AccountSuspended, _) => Glyph::Person,
        (_, Group::Proposals) => Glyph::Swap,
        (_, Group::RunningTrades) => Glyph::Parcel,
        (_, Group::Reminders | Group::Events) => Glyph::Clock,
        (_, Group::Searches) => Glyph::Search,
        (_, Group::FromUs) => Glyph::Leaf,
    }
}
