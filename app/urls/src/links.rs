//! Addresses that are more than a pattern filled in: with a slug, or with a query.

use dogear_domain::ids::{
    CopyId, EditionId, EventId, EventSeriesId, FeedbackId, ImportId, LegId, MessageId,
    NotificationId, OrganisationId, SeatBookingId, TradeId, UserId, WorkId,
};
use dogear_domain::moderation::{SubjectKind, SubjectRef};

use crate::{
    ADMIN_MERGE, ADMIN_MERGE_EDITIONS, ADMIN_QUEUE, BROWSE, EVENT_NEW, EVENTS_ICS, HOST, INBOX,
    LOGIN, REPORT, SEATS, SHELF_ADD, TRADE_NEW, TRADES,
};

/// A work, e.g. `/books/12-middlemarch`. Letters beyond ASCII are escaped, so
/// that the path can stand in a header too.
#[must_use]
pub fn book(id: WorkId, slug: &str) -> String {
    let mut path = crate::pages::BOOK.at(format_args!("{id}-"));
    path.extend(url::form_urlencoded::byte_serialize(slug.as_bytes()));
    path
}

/// An event, e.g. `/events/12-swap-night`. Letters beyond ASCII are escaped as in [`book`].
#[must_use]
pub fn event(id: EventId, slug: &str) -> String {
    let mut path = crate::pages::EVENT.at(format_args!("{id}-"));
    path.extend(url::form_urlencoded::byte_serialize(slug.as_bytes()));
    path
}

/// The page of an organisation.
#[must_use]
pub fn organisation(id: OrganisationId, slug: &str) -> String {
    let mut path = crate::pages::ORGANISATION.at(format_args!("{id}-"));
    path.extend(url::form_urlencoded::byte_serialize(slug.as_bytes()));
    path
}

/// An event whose title is not at hand: leads on to the address with its slug.
#[must_use]
pub fn event_by_id(id: EventId) -> String {
    crate::pages::EVENT.at(id)
}

/// The events to come of one kind (all when empty), in one town (everywhere when empty), as a
/// calendar.
#[must_use]
pub fn events_ics(kind: &str, town: &str) -> String {
    narrowed(EVENTS_ICS, &[("kind", kind), ("town", town)])
}

/// Which part of the page with the books of a swap meet is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventBooks<'a> {
    /// Part of a title or an author's name, among what others bring.
    pub q: &'a str,
    /// Only what the reader would like.
    pub wished: bool,
    /// Of those, from 1.
    pub page: u32,
    /// Part of a title or an author's name, on the reader's own shelf.
    pub shelf: &'a str,
    /// Of those, from 1.
    pub shelf_page: u32,
}

/// The books of a swap meet: what others bring, and the reader's own shelf to choose from.
#[must_use]
pub fn event_books_page(event: EventId, part: EventBooks<'_>) -> String {
    let number = |page: u32| {
        if page > 1 {
            page.to_string()
        } else {
            String::new()
        }
    };
    let (page, shelf_page) = (number(part.page), number(part.shelf_page));
    narrowed(
        &crate::event_books(event),
        &[
            ("q", part.q),
            ("show", if part.wished { "wished" } else { "" }),
            ("page", &page),
            ("shelf", part.shelf),
            ("shelf_page", &shelf_page),
        ],
    )
}

pub(crate) fn narrowed(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut pairs = pairs
        .iter()
        .copied()
        .filter(|(_, value)| !value.is_empty())
        .peekable();
    match pairs.peek() {
        None => path.to_owned(),
        Some(_) => with_pairs(path, pairs),
    }
}

/// The calendar of whoever has this secret.
#[must_use]
pub fn calendar(token: &str) -> String {
    crate::pages::CALENDAR.at(format_args!("{token}.ics"))
}

/// The guests of an event for its host, from behind `after` on.
#[must_use]
pub fn host_guests(id: EventId, after: Option<SeatBookingId>) -> String {
    let path = crate::host_event(id);
    match after {
        None => path,
        Some(after) => format!("{path}?after={after}"),
    }
}

/// The door of an event, with whoever has this code: what a ticket leads to.
#[must_use]
pub fn host_door_code(id: EventId, code: &str) -> String {
    with_pairs(&crate::host_door(id), [("code", code)])
}

/// The door of an event, with whom `q` finds, in express mode or not, from behind `after` on.
#[must_use]
pub fn host_door_asked(
    id: EventId,
    q: &str,
    express: bool,
    after: Option<SeatBookingId>,
) -> String {
    let after = after.map_or_else(String::new, |after| after.to_string());
    let express = if express { "on" } else { "" };
    let pairs = [("q", q), ("express", express), ("after", &after)];
    let mut pairs = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .peekable();
    let path = crate::host_door(id);
    match pairs.peek() {
        None => path,
        Some(_) => with_pairs(&path, pairs),
    }
}

/// The door list on paper, or badges, from behind `after` on.
#[must_use]
pub fn host_door_paper(id: EventId, badges: bool, after: Option<SeatBookingId>) -> String {
    let after = after.map_or_else(String::new, |after| after.to_string());
    let show = if badges { "badges" } else { "" };
    let pairs = [("show", show), ("after", after.as_str())];
    let mut pairs = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .peekable();
    let path = crate::host_door_print(id);
    match pairs.peek() {
        None => path,
        Some(_) => with_pairs(&path, pairs),
    }
}

/// The page of an event, with what so many seats would cost with a code.
#[must_use]
pub fn event_checked(id: EventId, slug: &str, party: &str, code: &str) -> String {
    let path = event(id, slug);
    format!(
        "{}#seats",
        with_pairs(&path, [("party", party), ("code", code)])
    )
}

/// Where the reader has been.
#[must_use]
pub fn seats_past() -> String {
    format!("{SEATS}?show=past")
}

/// What those who host an event have done with it, from before the line `before` on.
#[must_use]
pub fn host_log_before(id: EventId, before: Option<i64>) -> String {
    let path = crate::host_log(id);
    match before {
        None => path,
        Some(before) => format!("{path}?before={before}"),
    }
}

/// The events of a host, from behind `before` on.
#[must_use]
pub fn hosted(before: Option<EventId>) -> String {
    match before {
        None => HOST.to_owned(),
        Some(before) => format!("{HOST}?before={before}"),
    }
}

/// All dates of a series that the reader hosts.
#[must_use]
pub fn hosted_series(series: EventSeriesId) -> String {
    format!("{HOST}?series={series}")
}

/// The dates of the series of an event, with what a form was answered that was sent with this key.
#[must_use]
pub fn event_dates_told(event: EventId, key: &str) -> String {
    format!("{}?told={key}", crate::event_dates(event))
}

/// The form for a new event, filled in like one of the reader's own.
#[must_use]
pub fn event_new_like(event: EventId) -> String {
    format!("{EVENT_NEW}?like={event}")
}

/// The copies of a book in this order, and that page of them.
#[must_use]
pub fn book_copies(id: WorkId, slug: &str, sort: &str, page: u32) -> String {
    let page = if page > 1 {
        page.to_string()
    } else {
        String::new()
    };
    let pairs = [("sort", sort), ("page", &page)];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    with_pairs(&book(id, slug), pairs) + "#copies"
}

/// The rows of an import with this outcome (all when empty), that page of them.
#[must_use]
pub fn shelf_import_rows(id: ImportId, show: &str, page: u32) -> String {
    let path = crate::pages::SHELF_IMPORT_ROWS.at(id);
    let page = page.to_string();
    let pairs = [
        ("show", show),
        ("page", if page == "1" { "" } else { &page }),
    ];
    let pairs: Vec<_> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if pairs.is_empty() {
        return path;
    }
    with_pairs(&path, pairs)
}

/// A photo, at most 1600 pixels a side.
#[must_use]
pub fn photo(key: impl std::fmt::Display) -> String {
    crate::pages::PHOTO.at(format_args!("{key}.jpg"))
}

/// A photo, at most 400 pixels a side.
#[must_use]
pub fn photo_small(key: impl std::fmt::Display) -> String {
    crate::pages::PHOTO.at(format_args!("{key}-small.jpg"))
}

/// The form that reports something to the moderators, e.g. `copy:12`.
#[must_use]
pub fn report(subject: SubjectRef) -> String {
    format!("{REPORT}?subject={subject}")
}

/// A reported subject on the moderators' desk.
#[must_use]
pub fn admin_case(subject: SubjectRef) -> String {
    format!("{ADMIN_QUEUE}/{}/{}", subject.kind, subject.id)
}

/// Two works side by side, as they would be merged.
#[must_use]
pub fn admin_compare(keep: WorkId, drop: WorkId) -> String {
    format!("{ADMIN_MERGE}?keep={keep}&drop={drop}")
}

/// The form that suggests to correct a book.
#[must_use]
pub fn book_correct(id: WorkId, slug: &str) -> String {
    format!("{}/correct", book(id, slug))
}

/// Two editions side by side, on the moderators' desk.
#[must_use]
pub fn admin_compare_editions(keep: EditionId, drop: EditionId) -> String {
    format!("{ADMIN_MERGE_EDITIONS}?keep={keep}&drop={drop}")
}

/// The cover drawn for a work; `version` changes when title or author do.
#[must_use]
pub fn cover(id: WorkId) -> String {
    crate::pages::COVER.at(format_args!("{id}.svg"))
}

/// The inbox, only `show` (empty for all), only what is older than `before`.
#[must_use]
pub fn inbox(show: &str, before: Option<NotificationId>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !show.is_empty() {
        query.append_pair("show", show);
    }
    if let Some(id) = before {
        query.append_pair("before", &id.to_string());
    }
    match query.finish() {
        query if query.is_empty() => INBOX.to_owned(),
        query => format!("{INBOX}?{query}"),
    }
}

/// The form of a new place, which leads on to the form of an event.
#[must_use]
pub fn venue_new_then(path: &str) -> String {
    with_pairs(crate::VENUE_NEW, [("next", path)])
}

/// The log-in page that leads back to `path`.
#[must_use]
pub fn login_then(path: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("next", path);
    format!("{LOGIN}?{}", query.finish())
}

/// The form for a new account, which leads on to `path`.
#[must_use]
pub fn join_then(path: &str) -> String {
    with_pairs(crate::REGISTER, [("next", path)])
}

/// Where whoever logs in or joins from the page at `here` goes on: to that page, when it is one that
/// visitors read. A page of logging in or joining leads on to where itself does; one whose address
/// holds a secret, or that comes before having an account, is nowhere to come back to.
fn goes_on(here: &str) -> Option<String> {
    use crate::{Access, pages};
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    if [LOGIN, crate::REGISTER].contains(&path) {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let next = pairs.find(|(name, _)| name == "next")?.1;
        return (!next.is_empty() && next != crate::HOME).then(|| next.into_owned());
    }
    let before = [
        &pages::HOME,
        &pages::REGISTERED,
        &pages::VERIFY,
        &pages::FORGOT,
        &pages::FORGOT_SENT,
    ];
    let read = |page: &&crate::Page| {
        page.access == Access::Anyone && !page.pattern.contains("{token}") && page.fits(path)
    };
    let page = pages::ALL.iter().find(read)?;
    let apart = before.iter().any(|other| other.pattern == page.pattern);
    (!apart).then(|| here.to_owned())
}

/// The log-in page, as a link on the page at `here`.
#[must_use]
pub fn login_from(here: &str) -> String {
    goes_on(here).map_or_else(|| LOGIN.to_owned(), |next| login_then(&next))
}

/// The form for a new account, as a link on the page at `here`.
#[must_use]
pub fn join_from(here: &str) -> String {
    goes_on(here).map_or_else(|| crate::REGISTER.to_owned(), |next| join_then(&next))
}

/// Where a visitor of a page goes who has to be signed in, and comes back from: whoever has never
/// been signed in here is asked to join, where newcomers are led to the page.
#[must_use]
pub fn sign_in_then(path: &str, known: bool) -> String {
    let (page, _) = path.split_once('?').unwrap_or((path, ""));
    let newcomers = |found: &crate::Page| found.newcomers && found.fits(page);
    if !known && crate::pages::ALL.iter().any(newcomers) {
        join_then(path)
    } else {
        login_then(path)
    }
}

/// As [`SHELF_ADD`], with this typed into the look-up.
#[must_use]
pub fn shelf_add_query(q: &str) -> String {
    with_pairs(SHELF_ADD, [("q", q)])
}

/// A new proposal to a reader.
#[must_use]
pub fn propose_to(handle: &str) -> String {
    with_pairs(TRADE_NEW, [("with", handle)])
}

/// A new proposal to a reader, with one of their copies chosen.
#[must_use]
pub fn propose(handle: &str, copy: CopyId) -> String {
    with_pairs(TRADE_NEW, [("with", handle), ("get", &copy.to_string())])
}

/// The form that reports a listing or a member to the moderators.
#[must_use]
pub fn report_copy(id: CopyId) -> String {
    report(SubjectRef::copy(id))
}

/// See [`report_copy`].
#[must_use]
pub fn report_message(id: MessageId) -> String {
    report(SubjectRef {
        kind: SubjectKind::Message,
        id: id.0,
    })
}

/// See [`report_copy`].
#[must_use]
pub fn report_member(id: UserId) -> String {
    report(SubjectRef::member(id))
}

/// A part of the reader's trades in which `q` is found, from behind the line `after` on; empty words
/// are left out.
#[must_use]
pub fn trades(show: &str, q: &str, after: &str) -> String {
    let pairs = [("show", show), ("q", q), ("after", after)];
    let pairs: Vec<_> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if pairs.is_empty() {
        return TRADES.to_owned();
    }
    with_pairs(TRADES, pairs)
}

/// See [`report_copy`].
#[must_use]
pub fn report_feedback(id: FeedbackId) -> String {
    report(SubjectRef::feedback(id))
}

/// See [`report_copy`].
#[must_use]
pub fn report_trade(id: TradeId) -> String {
    report(SubjectRef::trade(id))
}

fn with_pairs<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{path}?{}", query.finish())
}

/// The page before the books of a leg are marked as posted.
#[must_use]
pub fn trade_send(id: TradeId, leg: LegId) -> String {
    with_pairs(
        &crate::pages::TRADE_SEND.at(id),
        [("leg", leg.to_string().as_str())],
    )
}

/// The page that reports a problem with the books of a leg.
#[must_use]
pub fn trade_problem(id: TradeId, leg: LegId) -> String {
    with_pairs(
        &crate::pages::TRADE_PROBLEM.at(id),
        [("leg", leg.to_string().as_str())],
    )
}

/// A work whose title is not at hand: leads on to the address with its slug.
#[must_use]
pub fn book_by_id(id: WorkId) -> String {
    crate::pages::BOOK.at(id)
}

/// The digits of the work's number in a text that holds a book's address.
#[must_use]
pub fn book_number(text: &str) -> Option<&str> {
    let (start, _) = crate::pages::BOOK.pattern.split_once('{')?;
    let (_, rest) = text.rsplit_once(start)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()
}

/// Everything that `text` finds.
#[must_use]
pub fn browse_text(text: &str) -> String {
    with_pairs(BROWSE, [("q", text)])
}

/// The page of all books, with the focus in its box: for whoever comes to search.
pub const SEARCH: &str = "/browse?search=1";

/// The newest offers for a search that was kept as `query`.
#[must_use]
pub fn browse_newest(query: &str) -> String {
    format!("{BROWSE}?{query}&sort=newest")
}
