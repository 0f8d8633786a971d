//! `/host/{event}/guests.csv`: guests and waiting list as a table.

use axum::http::header;
use axum::response::IntoResponse;
use dogear_domain::ids::EventId;
use dogear_server::events;

use crate::http::{PageResult, Req, Segment};

pub(super) async fn csv(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let table = events::guest_list(&req.cx, event).await?;
    let name = format!("attachment; filename=\"dogear-guests-{event}.csv\"");
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, table).into_response())
}
