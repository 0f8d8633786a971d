//! Readers' own shelves, single copies, their photos and the drawn covers.

mod covers;

use axum::extract::Path;
use axum::http::HeaderMap;
use dogear_server::catalogue::Covers;

use crate::http::{Req, Routes};

pub fn routes(routes: Routes) -> Routes {
    let drawn = Covers::default();
    routes.get(
        "/covers/{file}",
        move |req: Req, headers: HeaderMap, Path(file): Path<String>| {
            covers::show(req, drawn.clone(), headers, file)
        },
    )
}
