//! `/opensearch.xml`: lets a browser search here from its own bar (OpenSearch 1.1).

use axum::response::{IntoResponse, Response};

use super::kept;
use crate::http::{Req, escape_into};
use dogear_urls as urls;

pub async fn description(req: Req) -> Response {
    let settings = &req.cx.services.settings;
    let mut search = String::new();
    escape_into(&mut search, &settings.link(urls::BROWSE));
    let mut icon = String::new();
    escape_into(&mut icon, &settings.link("/favicon.svg"));
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
<ShortName>Dogear</ShortName>\n\
<Description>Books that readers trade, by title, author, series or ISBN</Description>\n\
<InputEncoding>UTF-8</InputEncoding>\n\
<Image type=\"image/svg+xml\">{icon}</Image>\n\
<Url type=\"text/html\" method=\"get\" template=\"{search}?q={{searchTerms}}\"/>\n\
</OpenSearchDescription>\n"
    );
    (
        kept("application/opensearchdescription+xml; charset=utf-8"),
        xml,
    )
        .into_response()
}
