//! The mail log.

use axum::extract::{Path, Query};
use dogear_server::Error;
use dogear_server::moderation::mails::{self, Mail};
use leptos::prelude::*;

use super::actions::SendMailAgain;
use super::list::{AdminList, Choices, ListQuery, table};
use super::shared::{member_link, page, relative_age};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::PostForm;
use crate::ui::time::{Say, When};
use dogear_urls as urls;

pub(super) async fn list(req: Req, Query(params): Query<ListQuery>) -> PageResult {
    let state = Some(params.state.as_str()).filter(|state| !state.is_empty());
    let rows = mails::list(&req.cx, &params.q, state, params.before).await?;
    let now = req.cx.now();
    let is_admin = req.cx.admin().is_ok();
    let list = AdminList::new(
        urls::ADMIN_MAIL,
        &[("q", &params.q), ("state", &params.state)],
        &rows,
        |row| row.id,
        mails::PAGE,
    );
    Ok(page(&req, "mail", "Mail").render(move || {
        let mut states = vec![("", "every state")];
        states.extend(mails::STATES.map(|state| (state, state)));
        let choices = Choices {
            name: "state",
            label: "State",
            options: states,
        };
        let body: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let class = if row.state == "failed" {
                    "tag tag-do"
                } else {
                    "tag"
                };
                let to = match row.member {
                    Some(handle) => member_link(&handle).into_any(),
                    None => row.to_hint.into_any(),
                };
                view! {
                    <tr>
                        <td>
                            <a href=urls::admin_mail(row.id) data-row="">
                                {row.subject}
                            </a>
                        </td>
                        <td>{to}</td>
                        <td class="opt">{row.kind.replace('_', " ")}</td>
                        <td>
                            <span class=class>{row.state}</span>
                        </td>
                        <td class="opt">{row.last_error}</td>
                        <td class="r opt">{row.attempts}</td>
                        <td class="r nowrap">{relative_age(row.created_at, now)}</td>
                    </tr>
                }
            })
            .collect();
        let head = view! {
            {list.filter("Mail", "Handle or whole address", choices)}
            <p class="fine quiet">
                "Opening a mail is written to the audit log."
                {is_admin
                    .then(|| {
                        view! {
                            " "
                            <a href=urls::ADMIN_BROADCASTS>"Write to many members"</a>
                        }
                    })}
            </p>
        };
        let columns = view! {
            <th scope="col">"Subject"</th>
            <th scope="col">"To"</th>
            <th scope="col" class="opt">
                "Kind"
            </th>
            <th scope="col">"State"</th>
            <th scope="col" class="opt">
                "Last error"
            </th>
            <th scope="col" class="r opt">
                "Tries"
            </th>
            <th scope="col" class="r">
                "Age"
            </th>
        };
        list.view(head, "No mail fits.", move || {
            table("Mails, newest first", columns, body)
        })
    }))
}

pub(super) async fn show(req: Req, Path(id): Path<String>) -> PageResult {
    let id: i64 = id.parse().map_err(|_| Error::NotFound)?;
    let Mail { row, text } = mails::open(&req.cx, id).await?;
    let (now, zone) = (req.cx.now(), req.zone());
    Ok(page(&req, "mail", row.subject.clone()).render(move || {
        let failed = row.state == "failed";
        let member = row.member.as_ref().map(|handle| {
            view! {
                {member_link(handle)}
                ", "
            }
        });
        view! {
            <div class="moderation-page moderation-narrow stack">
                <p>
                    <a href=urls::ADMIN_MAIL>"Mail"</a>
                </p>
                <h1>{row.subject.clone()}</h1>
                <dl class="facts">
                    <dt>"To"</dt>
                    <dd>{member}{row.to_hint.clone()}</dd>
                    <dt>"Kind"</dt>
                    <dd>{row.kind.replace('_', " ")}</dd>
                    <dt>"State"</dt>
                    <dd>{format!("{}, attempts: {}", row.state, row.attempts)}</dd>
                    <dt>"Written"</dt>
                    <dd>
                        <When at=row.created_at zone=zone.clone() now=now say=Say::Moment />
                    </dd>
                    {row
                        .sent_at
                        .map(|at| {
                            view! {
                                <dt>"Sent"</dt>
                                <dd>
                                    <When at=at zone=zone.clone() now=now say=Say::Moment />
                                </dd>
                            }
                        })}
                    {(!row.last_error.is_empty())
                        .then(|| {
                            view! {
                                <dt>"Last error"</dt>
                                <dd>{row.last_error.clone()}</dd>
                            }
                        })}
                </dl>
                {failed
                    .then(|| {
                        view! {
                            <PostForm
                                action=SendMailAgain::PATH
                                with=[("mail", row.id.to_string())]
                            >
                                <button class="btn">"Send again"</button>
                            </PostForm>
                        }
                    })}
                {if text.is_empty() {
                    view! {
                        <p class="quiet">
                            "This mail held a link that opens an account, so its text was not kept."
                        </p>
                    }
                        .into_any()
                } else {
                    view! {
                        <pre class="mailtext" tabindex="0">
                            {text}
                        </pre>
                        <p class="fine quiet">"Links are cut off: some of them open an account."</p>
                    }
                        .into_any()
                }}
            </div>
        }
    }))
}
