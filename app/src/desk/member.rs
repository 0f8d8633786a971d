//! One member: what they did, what was decided, and what can be done.

use axum::extract::Path;
use dogear_domain::accounts::{AccountStatus, Role};
use dogear_domain::moderation::ReportReason;
use dogear_server::Error;
use dogear_server::moderation::audit::{self, Filter};
use dogear_server::moderation::members::{self, Person, Suspension};
use dogear_server::moderation::queue::{self, DecisionFilter};
use dogear_server::moderation::trades;
use leptos::prelude::*;

use super::audit::table as audit_table;
use super::decisions::table as decisions_table;
use super::frame::{nothing, page, with_query};
use super::members::standing;
use super::trades::table as trades_table;
use crate::http::{Flash, Form, FormState, PageResult, Req};
use crate::paths;
use crate::ui::count;
use crate::ui::field::{ErrorSummary, FormKey, Select, TextArea, TextField};
use crate::ui::time::{Ago, Say, When};

/// Rows of each list on the page.
const SHOWN: usize = 10;

pub async fn show(req: Req, Path(handle): Path<String>) -> PageResult {
    let cx = &req.cx;
    let person = members::by_handle(cx, &handle).await?;
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
    let (now, zone) = (cx.now(), req.zone());
    let title = format!("@{}", person.handle);
    Ok(page(&req, "members", title).render(move || {
        let base = paths::desk_member(&person.handle);
        let suspended = person.status == AccountStatus::Suspended;
        let listings = with_query(paths::DESK_LISTINGS, &[("q", &person.handle)]);
        let mails = with_query(paths::DESK_MAIL, &[("q", &person.handle)]);
        let all_trades = with_query(paths::DESK_TRADES, &[("q", &person.handle)]);
        let gone = person.status == AccountStatus::Deleted;
        view! {
            <div class="deskpage stack-l">
                <div class="row row-between deskhead">
                    <h1>{person.display_name.clone()}" "<span class="count">"@"{person.handle.clone()}</span>" "{standing(&person)}</h1>
                    {(!own && !gone).then(|| view! {
                        <p class="row">
                            {if suspended {
                                view! { <a class="btn btn-small" href=format!("{base}/restore")>"Restore"</a> }.into_any()
                            } else {
                                view! { <a class="btn btn-small" href=format!("{base}/suspend")>"Suspend"</a> }.into_any()
                            }}
                            {is_admin.then(|| view! { <a class="btn btn-small" href=format!("{base}/role")>"Change role"</a> })}
                        </p>
                    })}
                </div>
                <dl class="facts">
                    <dt>"Joined"</dt><dd><Ago at=person.created_at now=now/>", "{if person.verified { "e-mail confirmed" } else { "e-mail not confirmed" }}", "{person.email_hint.clone()}</dd>
                    {(!person.city.is_empty()).then(|| view! { <dt>"Town"</dt><dd>{format!("{} {}", person.city, person.country)}</dd> })}
                    {(!person.about.is_empty()).then(|| view! { <dt>"About"</dt><dd class="serif">{person.about.clone()}</dd> })}
                    {suspended.then(|| view! {
                        <dt>"Suspended"</dt>
                        <dd>{match person.suspended_until {
                            Some(until) => view! { "until "<When at=until zone=zone.clone() now=now say=Say::Moment/> }.into_any(),
                            None => "until somebody restores them".into_any(),
                        }}": "{person.suspension_reason.clone()}</dd>
                    })}
                    <dt>"Books"</dt><dd><a href=listings>{count(person.listings, "listing", "listings")}</a>", "<a href=paths::reader(&person.handle)>"public shelf"</a></dd>
                    <dt>"Trades"</dt><dd>{count(i64::from(person.trades_completed), "completed", "completed")}</dd>
                    <dt>"Reported"</dt><dd>{count(person.reports, "time", "times")}", "{person.upheld}" upheld"</dd>
                    <dt>"Mail"</dt><dd><a href=mails>"What was sent to them"</a></dd>
                </dl>
                <section><h2 class="t-h3">"Decisions"</h2>
                    {if decided.is_empty() { nothing("Nothing was ever decided about them.").into_any() }
                     else { decisions_table(decided, Some(&me), zone.clone(), now).into_any() }}</section>
                <section><h2 class="t-h3">"Trades"</h2>
                    {if traded.is_empty() { nothing("No trades yet.").into_any() }
                     else { view! { {trades_table(traded, now)} <p class="fine mt4"><a href=all_trades>"All their trades"</a></p> }.into_any() }}</section>
                <section><h2 class="t-h3">"Audit log"</h2>
                    {if log.is_empty() { nothing("No entries.").into_any() }
                     else { audit_table(log, zone, now).into_any() }}</section>
            </div>
        }
    }))
}

pub async fn suspend_form(req: Req, Path(handle): Path<String>) -> PageResult {
    let person = members::by_handle(&req.cx, &handle).await?;
    Ok(suspend_page(&req, person, FormState::new()))
}

pub async fn suspend(req: Req, Path(handle): Path<String>, form: Form) -> PageResult {
    let person = members::by_handle(&req.cx, &handle).await?;
    let days: Option<u16> = form.parse("days");
    if days.is_none() && form.text("days") != "open" {
        let error = Error::field("days", "Choose how long it lasts.");
        return Ok(suspend_page(&req, person, form.again(error)?));
    }
    let suspension = Suspension {
        member: person.id,
        days,
        reason: form.text("reason").into(),
        note: form.text("note").into(),
    };
    match members::suspend(&req.cx, form.key(), &suspension).await {
        Ok(id) => {
            let flash = Flash::new(format!("{} is suspended and told why.", person.handle)).undo(
                paths::DESK_UNDO,
                "decision",
                id.to_string(),
            );
            Ok(req.redirect_with(&paths::desk_member(&person.handle), flash))
        }
        Err(error) => Ok(suspend_page(&req, person, form.again(error)?)),
    }
}

fn suspend_page(req: &Req, person: Person, state: FormState) -> axum::response::Response {
    page(req, "members", format!("Suspend {}", person.handle))
        .form(&state)
        .render(move || {
            let back = paths::desk_member(&person.handle);
            let action = format!("{back}/suspend");
            let terms = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("open", "Until somebody restores them")];
            let options = terms.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
            view! {
                <div class="deskpage desknarrow stack">
                    <ErrorSummary state=state.clone()/>
                    <p><a href=back.clone()>{format!("@{}", person.handle)}</a></p>
                    <h1>{format!("Suspend {}", person.display_name)}</h1>
                    <p class="quiet">"They can log in, read, and finish running trades. Their books are not shown, and they can begin nothing new."</p>
                    <form class="stack" method="post" action=action>
                        <FormKey state=state.clone()/>
                        <Select state=state.clone() name="days" label="For how long" options=options value="7"/>
                        <TextArea state=state.clone() name="reason" label="What they will read" value=ReportReason::NotKept.template() maxlength=2000/>
                        <TextField state=state.clone() name="note" label="Note to colleagues" maxlength=2000/>
                        <p class="row"><button class="btn btn-do">"Suspend"</button><a href=back.clone()>"Back"</a></p>
                    </form>
                </div>
            }
        })
}

pub async fn restore_form(req: Req, Path(handle): Path<String>) -> PageResult {
    let person = members::by_handle(&req.cx, &handle).await?;
    Ok(restore_page(&req, person, FormState::new()))
}

pub async fn restore(req: Req, Path(handle): Path<String>, form: Form) -> PageResult {
    let person = members::by_handle(&req.cx, &handle).await?;
    match members::restore(&req.cx, form.key(), person.id, form.text("reason")).await {
        Ok(()) => Ok(req.redirect_saying(
            &paths::desk_member(&person.handle),
            format!("{} is in good standing again and told so.", person.handle),
        )),
        Err(error) => Ok(restore_page(&req, person, form.again(error)?)),
    }
}

fn restore_page(req: &Req, person: Person, state: FormState) -> axum::response::Response {
    page(req, "members", format!("Restore {}", person.handle))
        .form(&state)
        .render(move || {
            let back = paths::desk_member(&person.handle);
            let action = format!("{back}/restore");
            view! {
                <div class="deskpage desknarrow stack">
                    <ErrorSummary state=state.clone()/>
                    <p><a href=back.clone()>{format!("@{}", person.handle)}</a></p>
                    <h1>{format!("Restore {}", person.display_name)}</h1>
                    <form class="stack" method="post" action=action>
                        <FormKey state=state.clone()/>
                        <TextArea state=state.clone() name="reason" label="What they will read" hint="Leave it empty to say only that their account is in good standing again." maxlength=2000/>
                        <p class="row"><button class="btn btn-do">"Restore"</button><a href=back.clone()>"Back"</a></p>
                    </form>
                </div>
            }
        })
}

pub async fn role_form(req: Req, Path(handle): Path<String>) -> PageResult {
    req.cx.admin()?;
    let person = members::by_handle(&req.cx, &handle).await?;
    Ok(role_page(&req, person, FormState::new()))
}

pub async fn role(req: Req, Path(handle): Path<String>, form: Form) -> PageResult {
    req.cx.admin()?;
    let person = members::by_handle(&req.cx, &handle).await?;
    let Some(role) = form.parse::<Role>("role") else {
        let error = Error::field("role", "Choose a role.");
        return Ok(role_page(&req, person, form.again(error)?));
    };
    match members::set_role(&req.cx, form.key(), person.id, role, form.text("reason")).await {
        Ok(()) => Ok(req.redirect_saying(
            &paths::desk_member(&person.handle),
            format!("{} is now: {}.", person.handle, role.label()),
        )),
        Err(error) => Ok(role_page(&req, person, form.again(error)?)),
    }
}

fn role_page(req: &Req, person: Person, state: FormState) -> axum::response::Response {
    page(req, "members", format!("Role of {}", person.handle))
        .form(&state)
        .render(move || {
            let back = paths::desk_member(&person.handle);
            let action = format!("{back}/role");
            let options = Role::ALL.iter().map(|role| (role.as_str().to_owned(), role.label().to_owned())).collect();
            view! {
                <div class="deskpage desknarrow stack">
                    <ErrorSummary state=state.clone()/>
                    <p><a href=back.clone()>{format!("@{}", person.handle)}</a></p>
                    <h1>{format!("Role of {}", person.display_name)}</h1>
                    <p class="quiet">"Moderators decide about reports, listings and members. Admins also give roles. It counts from their next click."</p>
                    <form class="stack" method="post" action=action>
                        <FormKey state=state.clone()/>
                        <Select state=state.clone() name="role" label="Role" options=options value=person.role.as_str()/>
                        <TextField state=state.clone() name="reason" label="Why" hint="For the audit log."/>
                        <p class="row"><button class="btn btn-do">"Change the role"</button><a href=back.clone()>"Back"</a></p>
                    </form>
                </div>
            }
        })
}
