//! `/opensearch.xml`: lets a browser search here from its own bar (OpenSearch 1.1).

use axum::response::{IntoResponse, Response};
use html_escape::encode_double_quoted_attribute_to_string;

use super::kept;
use crate::http::Req;
use dogear_urls as urls;

pub(super) async fn description(req: Req) -> Response {
    let settings = &req.cx.services.settings;
    let mut search = String::new();
    encode_double_quoted_attribute_to_string(settings.link(urls::BROWSE), &mut search);
    let mut icon = String::new();
    encode_double_quoted_attribute_to_string(settings.link("/favicon.svg"), &mut icon);
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
