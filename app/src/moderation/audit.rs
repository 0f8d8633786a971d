//! The audit log.

use axum::extract::Query;
use dogear_domain::ids::AuditId;
use dogear_server::audit::{self, Chain, Filter, Shown};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::list::AdminList;
use super::shared::{member_link, page, with_query};
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::time::{Say, When};
use dogear_urls as urls;

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    subject: String,
    before: Option<i64>,
    /// Filled when the chain is to be checked.
    #[serde(default)]
    check: String,
}

pub(super) async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let filter = Filter {
        actor: params.actor.clone(),
        action: params.action.clone(),
        subject: params.subject.clone(),
        before: params.before.map(AuditId),
    };
    let rows = audit::list(&req.cx, &filter).await?;
    let chain = if params.check.is_empty() {
        None
    } else {
        Some(audit::verify(&req.cx).await?)
    };
    let (now, zone) = (req.cx.now(), req.zone());
    let list = AdminList::new(
        urls::ADMIN_AUDIT,
        &[
            ("actor", &params.actor),
            ("action", &params.action),
            ("subject", &params.subject),
        ],
        &rows,
        |row| row.id,
        audit::PAGE,
    );
    Ok(page(&req, "audit", "Audit log").render(move || {
        let field = |name: &'static str, label: &'static str, hint: &'static str, value: String| {
            view! {
                <span class="row moderation-field">
                    <label class="fine quiet" for=name>
                        {label}
                    </label>
                    <input
                        class="input input-inline"
                        id=name
                        name=name
                        value=value
                        placeholder=hint
                        autocomplete="off"
                    />
                </span>
            }
        };
        let head = view! {
            <div class="row row-between moderation-head">
                <h1>"Audit log"</h1>
                <form class="row" action=urls::ADMIN_AUDIT role="search">
                    {field("actor", "Who", "bea", list.asked("actor"))}
                    {field("action", "Did", "member.suspend", list.asked("action"))}
                    {field("subject", "To", "copy:12", list.asked("subject"))}
                    <button class="btn btn-small">"Show"</button>
                    <button class="btn btn-small" name="check" value="1">
                        "Check the chain"
                    </button>
                </form>
            </div>
            {chain.map(verdict)}
        };
        list.view(head, "No entry fits.", move || table(rows, zone, now))
    }))
}

fn verdict(chain: Chain) -> AnyView {
    let entries = count(
        i64::try_from(chain.entries).unwrap_or(i64::MAX),
        "entry",
        "entries",
    );
    match chain.broken_at {
        None => view! {
            <p class="notice" role="status">
                {format!("The chain is whole: {entries} checked.")}
            </p>
        }.into_any(),
        Some(id) => view! {
            <p class="notice notice-do" role="alert">
                {format!(
                    "The chain breaks at entry {id}: it, or one before it, was changed, taken out or slipped in past this site. Keep a copy of the database before doing anything else.",
                )}
            </p>
        }
        .into_any(),
    }
}

/// Entries as a table.
pub(super) fn table(rows: Vec<Shown>, zone: TimeZone, now: Timestamp) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let who = match &row.actor {
                Some(handle) => member_link(handle).into_any(),
                None => view! { <span class="quiet">"Dogear"</span> }.into_any(),
            };
            let subject = match row.subject_id {
                Some(id) => format!("{}:{id}", row.subject_kind),
                None => row.subject_kind.clone(),
            };
            let same = with_query(urls::ADMIN_AUDIT, &[("subject", &subject)]);
            let changes: Vec<_> = changes(row.before.as_ref(), row.after.as_ref())
                .into_iter()
                .map(|text| {
                    view! {
                        <code class="fine">{text}</code>
                        <br />
                    }
                })
                .collect();
            view! {
                <tr>
                    <td class="nowrap" data-label="When">
                        <span>
                            <When at=row.at zone=zone.clone() now=now say=Say::Moment />
                            <br />
                            <span class="fine quiet">{row.id.to_string()}</span>
                        </span>
                    </td>
                    <td data-label="Who">
                        <span>{who}<br /><span class="fine quiet">{row.ip}</span></span>
                    </td>
                    <td data-label="Did">{row.action}</td>
                    <td data-label="To">
                        <a href=same>{subject}</a>
                    </td>
                    <td data-label="Why" class="why">
                        <span>
                            {(!row.reason.is_empty())
                                .then(|| {
                                    view! {
                                        {row.reason}
                                        <br />
                                    }
                                })}{changes}
                            <span class="fine quiet">"Request "{row.request_id}</span>
                        </span>
                    </td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="tablebox">
            <table class="table moderation-table folds num">
                <caption class="visually-hidden">"Entries, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"Did"</th>
                        <th scope="col">"To"</th>
                        <th scope="col">"Why, and what changed"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// One line per key that either side has: "role: member → moderator".
fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
    let (before, after) = (
        before.and_then(Value::as_object),
        after.and_then(Value::as_object),
    );
    let mut keys: Vec<&String> = before
        .into_iter()
        .chain(after)
        .flat_map(serde_json::Map::keys)
        .collect();
    keys.sort();
    keys.dedup();
    let side = |map: Option<&serde_json::Map<String, Value>>, key: &str| {
        map.and_then(|map| map.get(key))
            .filter(|value| !value.is_null())
            .map(short)
    };
    keys.into_iter()
        .filter_map(|key| match (side(before, key), side(after, key)) {
            (Some(old), Some(new)) => Some(format!("{key}: {old} → {new}")),
            (Some(old), None) => Some(format!("{key}: was {old}")),
            (None, Some(new)) => Some(format!("{key}: {new}")),
            (None, None) => None,
        })
        .collect()
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::changes;
    use serde_json::json;

    #[test]
    fn changes_read_as_sentences_of_keys() {
        let before = json!({ "role": "member", "handle": "ann", "gone": null });
        let after = json!({ "role": "moderator", "until": 3 });
        assert_eq!(
            changes(Some(&before), Some(&after)),
            ["handle: was ann", "role: member → moderator", "until: 3"]
        );
    }
}
