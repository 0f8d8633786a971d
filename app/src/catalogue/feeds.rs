//! Feeds of new copies (Atom, RFC 4287): by an author, by a reader's shelf, by a search. Programs that
//! read news tell their readers of them; nobody has an account for that.

use atom_syndication::{Content, Entry, Feed, Link, Person, Text};
use axum::extract::RawQuery;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use dogear_domain::ids::{AuthorId, WorkId};
use dogear_domain::offers::{Offer, Offers};
use dogear_server::pages::{self, Offered};
use dogear_server::search::{Browse, Found, Query, Sort};
use dogear_server::version::fingerprint;
use jiff::Timestamp;

use crate::http::{AppError, PageResult, Req, Segment};
use dogear_urls as urls;

/// For so long a program need not ask again.
const KEPT: &str = "max-age=900";

pub(super) async fn author(req: Req, Segment(author): Segment<AuthorId>) -> PageResult {
    let (name, copies) = pages::offered_of_author(&req.cx, author).await?;
    let about = About {
        title: format!("New copies of books by {name}"),
        page: urls::author(author),
        feed: urls::author_feed(author),
    };
    Ok(about.file(&req, copies))
}

pub(super) async fn reader(req: Req, Segment(handle): Segment<String>) -> PageResult {
    let (name, copies) = pages::offered_of_reader(&req.cx, &handle).await?;
    let about = About {
        title: format!("New on the shelf of {name}"),
        page: urls::reader(&handle),
        feed: urls::reader_feed(&handle),
    };
    Ok(about.file(&req, copies))
}

/// The books that a search finds, those listed last first, as its page has them.
pub(super) async fn search(req: Req, browse: Browse, RawQuery(raw): RawQuery) -> PageResult {
    let raw = raw.unwrap_or_default();
    let query = Query::from_pairs(url::form_urlencoded::parse(raw.as_bytes()));
    let newest = query.with(|query| query.sort = Sort::Newest);
    // What one looks for is no fact about oneself: programs ask without a session.
    let works: Vec<WorkId> = match browse.find(&req.cx, newest.clone()).await? {
        Found::Book(work, _) => vec![work],
        Found::Listing(listing) if listing.instead_of.is_none() => {
            listing.works.iter().map(|work| work.id).collect()
        }
        Found::Listing(_) => Vec::new(),
        Found::TooDeep => return Err(AppError::not_found()),
    };
    let copies = pages::offered_of_works(&req.cx, &works).await?;
    let title = match newest.q.as_str() {
        "" => "New copies".to_owned(),
        words => format!("New copies: {words}"),
    };
    let about = About {
        title,
        feed: feed_of(&newest),
        page: super::browse::address(&newest),
    };
    Ok(about.file(&req, copies))
}

/// The address of the feed of what this search finds.
pub(super) fn feed_of(query: &Query) -> String {
    let page = super::browse::address(&query.with(|query| query.sort = Sort::Newest));
    let pairs = page.split_once('?').map_or("", |(_, pairs)| pairs);
    urls::search_feed(pairs)
}

/// What a feed says of itself.
struct About {
    title: String,
    /// The page that shows the same.
    page: String,
    feed: String,
}

impl About {
    fn file(self, req: &Req, copies: Vec<Offered>) -> Response {
        let settings = &req.cx.services.settings;
        let updated = copies
            .first()
            .map_or(Timestamp::UNIX_EPOCH, |copy| copy.listed_at);
        let entries = copies
            .into_iter()
            .map(|copy| entry(copy, |path| settings.link(path)));
        let feed = Feed {
            title: Text::plain(self.title),
            id: settings.link(&self.feed),
            updated: time(updated),
            authors: vec![Person {
                name: "Dogear".into(),
                uri: Some(settings.link(urls::HOME)),
                ..Person::default()
            }],
            links: vec![
                link("alternate", "text/html", settings.link(&self.page)),
                link("self", "application/atom+xml", settings.link(&self.feed)),
            ],
            entries: entries.collect(),
            ..Feed::default()
        };
        let xml = feed.to_string();
        let tag = format!("\"{}\"", fingerprint(xml.as_bytes()));
        let mut response = xml.into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/atom+xml; charset=utf-8"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

fn entry(copy: Offered, link_to: impl Fn(&str) -> String) -> Entry {
    let page = link_to(&urls::copy(copy.copy));
    let title = match copy.author_line.as_str() {
        "" => copy.title,
        authors => format!("{}, by {authors}", copy.title),
    };
    let mut said = vec![
        format!("Condition: {}.", copy.grade.label()),
        format!("Offered {}.", offered(copy.offers)),
    ];
    if !copy.note.is_empty() {
        said.push(copy.note);
    }
    Entry {
        title: Text::plain(title),
        id: page.clone(),
        updated: time(copy.listed_at),
        published: Some(time(copy.listed_at)),
        links: vec![link("alternate", "text/html", page)],
        content: Some(Content {
            value: Some(said.join(" ")),
            content_type: Some("text".into()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// “for trade, for sale”.
fn offered(offers: Offers) -> String {
    let ways = [
        (offers.trade, Offer::Trade),
        (offers.give, Offer::Give),
        (offers.loan.is_some(), Offer::Lend),
        (offers.sale.is_some(), Offer::Sell),
    ];
    let ways = ways.into_iter().filter(|(offered, _)| *offered);
    let words: Vec<&str> = ways.map(|(_, way)| way.sought()).collect();
    words.join(", ")
}

fn link(rel: &str, kind: &str, href: String) -> Link {
    Link {
        rel: rel.into(),
        mime_type: Some(kind.into()),
        href,
        ..Link::default()
    }
}

/// As RFC 3339 has it. The crate keeps times as chrono's; ours are jiff's.
fn time(at: Timestamp) -> atom_syndication::FixedDateTime {
    atom_syndication::FixedDateTime::parse_from_rfc3339(&at.to_string())
        .unwrap_or_else(|_| atom_syndication::FixedDateTime::default())
}
