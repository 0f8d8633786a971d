//! What can be done about a book that is lent to somebody else.

use dogear_domain::ids::CopyId;
use dogear_server::copies;
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Has the reader told when a copy is back.
#[server(endpoint = "copies/wait", input = HtmlForm)]
pub async fn wait_for_copy(
    copy: CopyId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    copies::wait_for(&req.cx, once.into(), copy).await?;
    Ok(Done::go(urls::copy(copy)).saying("We tell you when it is back."))
}

/// Takes the reader out of the queue. `from`: `list` stays among the loans.
#[server(endpoint = "copies/stop-waiting", input = HtmlForm)]
pub async fn stop_waiting(
    copy: CopyId,
    #[server(default)] from: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    copies::stop_waiting(&req.cx, copy).await?;
    let go = match from.as_str() {
        "list" => urls::loans("borrowed", 1),
        _ => urls::copy(copy),
    };
    Ok(Done::go(go).saying("You are not told any more."))
}
