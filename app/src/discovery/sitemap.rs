//! `/sitemap.xml` and the files it names: every book, author, series, genre, language, event
//! to come and list that its reader shows to everybody, for search engines (sitemaps.org). A file holds a span of ids, so that a million books are a
//! hundred files and none needs to know the others. Readers are in none of them.

use html_escape::encode_double_quoted_attribute_to_string;
use std::fmt::Write;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use dogear_domain::ids::{AuthorId, EventId, ListId, SeriesId, WorkId};
use dogear_server::pages::sitemap::{self, Kind, SPAN};

use super::kept;
use crate::http::{AppError, PageResult, Req};
use dogear_urls as urls;

const XML: &str = "application/xml; charset=utf-8";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The list of files.
pub(super) async fn index(req: Req) -> PageResult {
    let mut xml = opened("sitemapindex");
    for (kind, last) in sitemap::last_ids(&req.cx).await? {
        for span in 0..(last + SPAN - 1) / SPAN {
            let file = urls::sitemap_file(&format!("{}-{span}.xml", kind.as_str()));
            entry(&mut xml, "sitemap", &req, &file);
        }
    }
    Ok(closed(xml, "sitemapindex"))
}

/// One span of ids of one kind.
pub(super) async fn file(req: Req, Path(file): Path<String>) -> PageResult {
    let (kind, span) = file
        .strip_suffix(".xml")
        .and_then(|name| name.rsplit_once('-'))
        .ok_or_else(AppError::not_found)?;
    let kind: Kind = kind.parse().map_err(|()| AppError::not_found())?;
    let span: u32 = span.parse().map_err(|_| AppError::not_found())?;
    let mut xml = opened("urlset");
    for (id, slug) in sitemap::span(&req.cx, kind, span.into()).await? {
        let path = match kind {
            Kind::Books => urls::book(WorkId(id), &slug),
            Kind::Authors => urls::author(AuthorId(id)),
            Kind::Series => urls::series(SeriesId(id)),
            Kind::Genres => urls::genre(&slug),
            Kind::Languages => urls::language(&slug),
            Kind::Events => urls::event(EventId(id), &slug),
            Kind::Lists => urls::list(ListId(id), &slug),
        };
        entry(&mut xml, "url", &req, &path);
    }
    Ok(closed(xml, "urlset"))
}

fn opened(root: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{NAMESPACE}\">\n")
}

fn entry(xml: &mut String, name: &str, req: &Req, path: &str) {
    let _ = write!(xml, "<{name}><loc>");
    encode_double_quoted_attribute_to_string(req.cx.services.settings.link(path), xml);
    let _ = writeln!(xml, "</loc></{name}>");
}

fn closed(mut xml: String, root: &str) -> Response {
    let _ = writeln!(xml, "</{root}>");
    (kept(XML), xml).into_response()
}
