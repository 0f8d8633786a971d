//! One member: what they did, what was decided, and what can be done.

use axum::extract::Path;
use axum::response::Response;
use dogear_domain::accounts::{AccountStatus, Role};
use dogear_domain::fields::{DecisionMessage, RestoreReason};
use dogear_domain::moderation::{ReportReason, SubjectKind, SubjectRef};
use dogear_server::audit::{self, Filter};
use dogear_server::moderation::evidence;
use dogear_server::moderation::members::{self, Person};
use dogear_server::moderation::queue::{self, DecisionFilter};
use dogear_server::moderation::trades;
use leptos::prelude::*;

use super::actions::{ChangeRole, RestoreMember, SuspendMember};
use super::audit::table as audit_table;
use super::decisions::table as decisions_table;
use super::evidence::earlier;
use super::list::empty_state;
use super::members::standing;
use super::shared::{page, with_query};
use super::trades::table as trades_table;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Select, TextArea, TextField};
use crate::ui::time::{Ago, Say, When};
use dogear_urls as urls;

/// Rows of each list on the page.
const SHOWN: usize = 10;

pub(super) async fn show(req: Req, Path(handle): Path<String>) -> PageResult {
    let cx = &req.cx;
    let person = members::named(cx, &handle).await?;
    let about = DecisionFilter {
        accused: Some(person.id),
        ..DecisionFilter::default()
    };
    let mut decided = queue::decisions(cx, about).await?;
    decided.truncate(SHOWN);
    let mut traded = trades::list(cx, &format!("@{}", person.handle), None, None).await?;
    traded.truncate(SHOWN);
    let log = Filter {
        subject: format!("member:{}", person.id),
        ..Filter::default()
    };
    let mut log = audit::list(cx, &log).await?;
    log.truncate(SHOWN);
    let actor = cx.moderator()?;
    let (me, is_admin, own) = (
        actor.handle.clone(),
        actor.role.can_administer(),
        actor.id == person.id,
    );
    let subject = SubjectRef {
        kind: SubjectKind::Member,
        id: person.id.0,
    };
    let versions = evidence::versions(cx, subject).await?;
    let (now, zone) = (cx.now(), req.zone());
    let title = format!("@{}", person.handle);
    Ok(page(&req, "members", title).render(move || {
        let suspended = person.status == AccountStatus::Suspended;
        let listings = with_query(urls::ADMIN_LISTINGS, &[("q", &person.handle)]);
        let mails = with_query(urls::ADMIN_MAIL, &[("q", &person.handle)]);
        let all_trades = with_query(urls::ADMIN_TRADES, &[("q", &person.handle)]);
        let gone = person.status == AccountStatus::Deleted;
        view! {
            <div class="moderation-page stack-l">
                <div class="row row-between moderation-head">
                    <h1>
                        {person.display_name.clone()}" "
                        <span class="count">"@"{person.handle.clone()}</span>" "{standing(&person)}
                    </h1>
                    {(!own && !gone)
                        .then(|| {
                            view! {
                                <p class="row">
                                    {if suspended {
                                        view! {
                                            <a
                                                class="btn btn-small"
                                                href=urls::admin_member_restore(&person.handle)
                                            >
                                                "Restore"
                                            </a>
                                        }
                                            .into_any()
                                    } else {
                                        view! {
                                            <a
                                                class="btn btn-small"
                                                href=urls::admin_member_suspend(&person.handle)
                                            >
                                                "Suspend"
                                            </a>
                                        }
                                            .into_any()
                                    }}
                                    {is_admin
                                        .then(|| {
                                            view! {
                                                <a
                                                    class="btn btn-small"
                                                    href=urls::admin_member_role(&person.handle)
                                                >
                                                    "Change role"
                                                </a>
                                            }
                                        })}
                                </p>
                            }
                        })}
                </div>
                <dl class="facts">
                    <dt>"Joined"</dt>
                    <dd>
                        <Ago at=person.created_at now=now />
                        ", "
                        {if person.verified { "e-mail confirmed" } else { "e-mail not confirmed" }}
                        ", "
                        {person.email_hint.clone()}
                    </dd>
                    {(!person.city.is_empty())
                        .then(|| {
                            view! {
                                <dt>"Town"</dt>
                                <dd>{format!("{} {}", person.city, person.country)}</dd>
                            }
                        })}
                    {(!person.about.is_empty())
                        .then(|| {
                            view! {
                                <dt>"About"</dt>
                                <dd class="serif">{person.about.clone()}</dd>
                            }
                        })}
                    {suspended
                        .then(|| {
                            view! {
                                <dt>"Suspended"</dt>
                                <dd>
                                    {match person.suspended_until {
                                        Some(until) => {
                                            view! {
                                                "until "
                                                <When at=until zone=zone.clone() now=now say=Say::Moment />
                                            }
                                                .into_any()
                                        }
                                        None => "until somebody restores them".into_any(),
                                    }}": "{person.suspension_reason.clone()}
                                </dd>
                            }
                        })}
                    <dt>"Books"</dt>
                    <dd>
                        <a href=listings>{count(person.listings, "listing", "listings")}</a>
                        ", "
                        <a href=urls::reader(&person.handle)>"public shelf"</a>
                    </dd>
                    <dt>"Trades"</dt>
                    <dd>{count(i64::from(person.trades_completed), "completed", "completed")}</dd>
                    <dt>"Reported"</dt>
                    <dd>{count(person.reports, "time", "times")}", "{person.upheld}" upheld"</dd>
                    <dt>"Mail"</dt>
                    <dd>
                        <a href=mails>"What was sent to them"</a>
                    </dd>
                </dl>
                {earlier(&versions, now, &zone)}
                <section>
                    <h2 class="t-h3">"Decisions"</h2>
                    {if decided.is_empty() {
                        empty_state("Nothing was ever decided about them.").into_any()
                    } else {
                        decisions_table(decided, Some(&me), zone.clone(), now).into_any()
                    }}
                </section>
                <section>
                    <h2 class="t-h3">"Trades"</h2>
                    {if traded.is_empty() {
                        empty_state("No trades yet.").into_any()
                    } else {
                        view! {
                            {trades_table(traded, now)}
                            <p class="fine mt4">
                                <a href=all_trades>"All their trades"</a>
                            </p>
                        }
                            .into_any()
                    }}
                </section>
                <section>
                    <h2 class="t-h3">"Audit log"</h2>
                    {if log.is_empty() {
                        empty_state("No entries.").into_any()
                    } else {
                        audit_table(log, zone, now).into_any()
                    }}
                </section>
            </div>
        }
    }))
}

pub(super) async fn suspend(req: Req, Path(handle): Path<String>) -> PageResult {
    let person = members::named(&req.cx, &handle).await?;
    Ok(suspend_page(&req, person))
}

fn suspend_page(req: &Req, person: Person) -> Response {
    let state = req.form.clone();
    page(req, "members", format!("Suspend {}", person.handle))
        .render(move || {
            let back = urls::admin_member(&person.handle);
            let terms = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("open", "Until somebody restores them")];
            let options = terms.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
            view! {
                <div class="moderation-page moderation-narrow stack">
                    <ErrorSummary state=state.clone() />
                    <p>
                        <a href=back.clone()>{format!("@{}", person.handle)}</a>
                    </p>
                    <h1>{format!("Suspend {}", person.display_name)}</h1>
                    <p class="quiet">
                        "They can log in, read, and finish running trades. Their books are not shown, and they can begin nothing new."
                    </p>
                    <PostForm
                        class="stack"
                        action=SuspendMember::PATH
                        with=[("member", person.id.to_string())]
                    >
                        <Select
                            state=state.clone()
                            name="days"
                            label="For how long"
                            options=options
                            value="7"
                        />
                        <TextArea
                            state=state.clone()
                            name="reason"
                            label="What they will read"
                            value=ReportReason::NotKept.template()
                            maxlength=DecisionMessage::MAX
                        />
                        <TextField state=state.clone() name="note" label="Note to colleagues" />
                        <p class="row">
                            <button class="btn btn-do">"Suspend"</button>
                            <a href=back.clone()>"Back"</a>
                        </p>
                    </PostForm>
                </div>
            }
        })
}

pub(super) async fn restore(req: Req, Path(handle): Path<String>) -> PageResult {
    let person = members::named(&req.cx, &handle).await?;
    Ok(restore_page(&req, person))
}

fn restore_page(req: &Req, person: Person) -> Response {
    let state = req.form.clone();
    page(req, "members", format!("Restore {}", person.handle))
        .render(move || {
            let back = urls::admin_member(&person.handle);
            view! {
                <div class="moderation-page moderation-narrow stack">
                    <ErrorSummary state=state.clone() />
                    <p>
                        <a href=back.clone()>{format!("@{}", person.handle)}</a>
                    </p>
                    <h1>{format!("Restore {}", person.display_name)}</h1>
                    <PostForm
                        class="stack"
                        action=RestoreMember::PATH
                        with=[("member", person.id.to_string())]
                    >
                        <TextArea
                            state=state.clone()
                            name="reason"
                            label="What they will read"
                            hint="Leave it empty to say only that their account is in good standing again."
                            maxlength=RestoreReason::MAX
                        />
                        <p class="row">
                            <button class="btn btn-do">"Restore"</button>
                            <a href=back.clone()>"Back"</a>
                        </p>
                    </PostForm>
                </div>
            }
        })
}

pub(super) async fn role(req: Req, Path(handle): Path<String>) -> PageResult {
    req.cx.admin()?;
    let person = members::named(&req.cx, &handle).await?;
    Ok(role_page(&req, person))
}

fn role_page(req: &Req, person: Person) -> Response {
    let state = req.form.clone();
    page(req, "members", format!("Role of {}", person.handle))
        .render(move || {
            let back = urls::admin_member(&person.handle);
            let options: Vec<_> = Role::ALL.iter().map(|role| (role.as_str().to_owned(), role.label().to_owned())).collect();
            view! {
                <div class="moderation-page moderation-narrow stack">
                    <ErrorSummary state=state.clone() />
                    <p>
                        <a href=back.clone()>{format!("@{}", person.handle)}</a>
                    </p>
                    <h1>{format!("Role of {}", person.display_name)}</h1>
                    <p class="quiet">
                        "Moderators decide about reports, listings and members. Admins also give roles. It counts from their next click."
                    </p>
                    <PostForm
                        class="stack"
                        action=ChangeRole::PATH
                        with=[("member", person.id.to_string())]
                    >
                        <Select
                            state=state.clone()
                            name="role"
                            label="Role"
                            options=options
                            value=person.role.as_str()
                        />
                        <TextField
                            state=state.clone()
                            name="reason"
                            label="Why"
                            hint="For the audit log."
                        />
                        <TextField
                            state=state.clone()
                            name="password"
                            label="Your password"
                            kind="password"
                            autocomplete="current-password"
                        />
                        <p class="row">
                            <button class="btn btn-do">"Change the role"</button>
                            <a href=back.clone()>"Back"</a>
                        </p>
                    </PostForm>
                </div>
            }
        })
}
