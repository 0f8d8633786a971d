//! Forms are filled in from the page they stand on, and sent.

use axum::body::Body;
use axum::http::StatusCode;
use dogear_domain::trades::{Policy, Setting};
use dogear_server::testing::photos::barcodes;

use super::{BOOKS, Repeats, Row};
use crate::tests::app::{Answer, Browser, TestApp};
use crate::tests::shelf::PNG;

/// Where the form is sent to, and what is in it, as its page holds it and somebody has filled it in.
pub(super) async fn filled(
    app: &TestApp,
    browser: &Browser,
    row: &Row,
    given: &str,
) -> (String, Vec<(String, String)>) {
    let path = row.path.replace('*', given);
    let leg = newest_leg(app).await;
    let page = row.page.replace('*', given).replace("LEG", &leg);
    let shown = match row.typed {
        [] => browser.get(&page).await,
        typed => browser.post(&page, typed).await,
    };
    let prices: Vec<_> = match row.path {
        "/api/trades/name-price" => priced(&shown.body).collect(),
        _ => Vec::new(),
    };
    let form = shown.form(&path);
    let mut fields = Vec::new();
    for (name, value) in row.fields {
        let value = match *value {
            "?" if *name == "leg" => leg.clone(),
            "?" => form.hidden(name).to_owned(),
            value => value.replace('*', given),
        };
        fields.push(((*name).to_owned(), value));
    }
    if row.path == "/api/moderation/change-settings" {
        fields.extend(all_settings_but(fields[0].0.clone()));
    }
    fields.extend(prices);
    // What the form itself holds: its key, its page, arguments that nobody types.
    fields.extend(
        form.hidden_fields()
            .filter(|(name, _)| !row.fields.iter().any(|(given, _)| given == name)),
    );
    (path, fields)
}

/// Sends the form three times, and tells what was not as it should be.
pub(super) async fn send_again_and_again(
    app: &TestApp,
    browser: &Browser,
    row: &Row,
    given: &str,
) -> Vec<String> {
    let (path, fields) = filled(app, browser, row, given).await;

    let before = count(app, row).await;
    let at_once = tokio::join!(send(browser, &path, &fields), send(browser, &path, &fields));
    let later = send(browser, &path, &fields).await;
    let answers = [at_once.0, at_once.1, later];
    let done = answers
        .iter()
        .find(|answer| answer.status == StatusCode::SEE_OTHER);
    let mut problems: Vec<String> = answers
        .iter()
        .filter(|answer| {
            let alike = done.is_some_and(|done| {
                answer.status == done.status && answer.location() == done.location()
            });
            let told = match row.repeats {
                Repeats::Alike => false,
                Repeats::Elsewhere => answer.status == StatusCode::SEE_OTHER,
                Repeats::Told(status) => answer.status == status && done.is_some(),
            };
            !alike && !told
        })
        .map(|answer| {
            let Answer { status, body, .. } = answer;
            format!(
                "{path} by {}: {status} {} {body}",
                row.who,
                answer.location()
            )
        })
        .collect();
    let effect = count(app, row).await - before;
    if effect != 1 {
        problems.push(format!("{path} by {} counted {effect} times", row.who));
    }
    problems
}

/// Eight for each book that a page asks a price for.
fn priced(page: &str) -> impl Iterator<Item = (String, String)> {
    page.split("name=\"price-").skip(1).filter_map(|rest| {
        let (copy, _) = rest.split_once('"')?;
        Some((format!("price-{copy}"), "8".to_owned()))
    })
}

/// Every setting at its default but the one that is changed.
fn all_settings_but(changed: String) -> impl Iterator<Item = (String, String)> {
    Setting::ALL
        .iter()
        .map(|setting| {
            let number = setting.of(&Policy::default()).to_string();
            (setting.as_str().to_owned(), number)
        })
        .filter(move |(name, _)| *name != changed)
}

async fn count(app: &TestApp, row: &Row) -> i64 {
    sqlx::query_scalar(row.counts)
        .fetch_one(&app.site.services.db)
        .await
        .unwrap_or_else(|error| panic!("{}: {error}", row.counts))
}

/// The leg that ana sends in the newest trade; nothing while there is none.
async fn newest_leg(app: &TestApp) -> String {
    let leg: Option<String> = sqlx::query_scalar(
        "select l.id::text from trade_legs l join users u on u.id = l.from_user
         where u.handle = 'ana' order by l.id desc limit 1",
    )
    .fetch_optional(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    leg.unwrap_or_default()
}

/// Sends the form as a browser does, with a file where it takes one.
pub(in crate::tests) async fn send(
    browser: &Browser,
    path: &str,
    fields: &[(String, String)],
) -> Answer {
    let (field, file, content) = match path.rsplit('/').next() {
        Some("add-photos" | "report-problem") => ("photos", "x.png", PNG.to_vec()),
        Some("scan-photo") => ("photo", "x.png", barcodes(&["9791090636071"])),
        Some("upload") => ("file", "books.csv", BOOKS.to_vec()),
        _ => ("", "", Vec::new()),
    };
    if field.is_empty() {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        return browser.post(path, &fields).await;
    }
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let part = format!(
        "--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file}\"\r\n\r\n"
    );
    body.extend(part.into_bytes());
    body.extend(content);
    body.extend(b"\r\n--b--\r\n");
    browser.send(browser.upload(path, Body::from(body))).await
}
