//! The forms of the tables, with whatever somebody may type into them.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_server::Cx;
use uuid::Uuid;

use super::super::app::{Answer, Browser, TestApp};
use super::{filled, rows, send};

/// Bytes that no encoding makes of text: overlong, half a pair, cut off.
const NO_TEXT: &str = "%C0%AF%ED%A0%80%FF%E2%82%";

/// What came of one string in one field.
pub(in super::super) struct Written<'a> {
    pub path: &'static str,
    pub field: &'a str,
    pub text: &'a str,
    pub status: StatusCode,
}

/// Goes through the story once; then sends every form with each of the strings in each of its
/// fields that somebody types in, the others as they are meant. `more` names further fields of a
/// function.
pub(in super::super) async fn written(
    app: &TestApp,
    browsers: &BTreeMap<&str, Browser>,
    readers: &BTreeMap<&str, Cx>,
    strings: &[String],
    more: impl Fn(&str) -> Vec<String>,
    mut each: impl FnMut(Written<'_>),
) {
    let mut forms = Vec::new();
    for row in rows() {
        let given = row.given.make(app, readers).await;
        let browser = &browsers[row.who];
        let (path, meant) = filled(app, browser, row, &given).await;
        send(browser, &path, &meant).await;
        app.site.run_jobs().await;
        forms.push((row, path, meant));
    }
    for (turn, (row, mut path, mut meant)) in forms.into_iter().enumerate() {
        let browser = &browsers[row.who];
        if row.given.is_a_trade() {
            // Those who blocked each other, or were suspended, can begin anew, as can whoever has
            // asked for too much, or is paid online no more.
            sqlx::raw_sql(
                "delete from blocks;
                 update users set status = 'active', suspended_until = null
                 where handle in ('ana', 'bob');
                 update trades set state = 'withdrawn', reply_due = null,
                   created_at = created_at - interval '2 days' where state = 'proposed';
                 insert into payment_accounts (user_id, id, provider, ref, ready)
                 select id, gen_random_uuid(), 'stripe', 'acct_of_bob', true from users where handle = 'bob'
                 on conflict (user_id) do update set ref = excluded.ref, ready = true",
            )
            .execute(&app.site.services.db)
            .await
            .expect("PostgreSQL answers");
            let given = row.given.make(app, readers).await;
            (path, meant) = filled(app, browser, row, &given).await;
        }
        let typed = row
            .fields
            .iter()
            .filter(|field| !["?", "*"].contains(&field.1));
        let mut names: Vec<String> = typed.map(|(name, _)| (*name).to_owned()).collect();
        names.extend(more(row.path));
        names.sort();
        names.dedup();
        for field in &names {
            // What can be done once is done with another string in each form.
            let (later, first) = strings.split_at(turn % strings.len());
            for text in first.iter().chain(later) {
                let fields = with(&meant, field, Some(text));
                let status = send(browser, &path, &fields).await.status;
                each(Written {
                    path: row.path,
                    field,
                    text,
                    status,
                });
            }
            let status = send_no_text(browser, &path, &with(&meant, field, None), field).await;
            each(Written {
                path: row.path,
                field,
                text: NO_TEXT,
                status: status.status,
            });
        }
    }
    app.site.run_jobs().await;
}

/// The form with this in one field, and a key of its own.
fn with(meant: &[(String, String)], field: &str, text: Option<&str>) -> Vec<(String, String)> {
    let others = meant.iter().filter(|(name, _)| name != field);
    let mut fields: Vec<(String, String)> = others
        .map(|(name, value)| match name.as_str() {
            "once" => (name.clone(), Uuid::new_v4().to_string()),
            _ => (name.clone(), value.clone()),
        })
        .collect();
    fields.extend(text.map(|text| (field.to_owned(), text.to_owned())));
    fields
}

/// Sends the form with something in this field that is no text.
pub(in super::super) async fn send_no_text(
    browser: &Browser,
    path: &str,
    others: &[(String, String)],
    field: &str,
) -> Answer {
    let others = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .finish();
    let body = [others.as_str(), "&", field, "=", NO_TEXT].concat();
    let request = browser
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .expect("a request");
    browser.send(request).await
}
