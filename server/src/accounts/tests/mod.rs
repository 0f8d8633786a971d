//! Accounts on a real PostgreSQL and Redis.

mod admins;
mod erasing;
mod joining;
mod leaving;
mod passwords;
mod settings;

use dogear_domain::accounts::Role;
use dogear_domain::ids::UserId;

use super::operator::{self, NewAccount};
use super::*;
use crate::testing::TestSite;
use crate::{Actor, Cx, Error};

const PASSWORD: &str = "lantern gravel ostrich";
const OTHER: &str = "walnut ferry umbrella";

fn registration(email: &str, handle: &str) -> Registration {
    Registration {
        email: email.into(),
        handle: handle.into(),
        display_name: "Wren Aldous".into(),
        password: PASSWORD.into(),
        ..Registration::default()
    }
}

fn credentials(login: &str, password: &str) -> Credentials {
    Credentials {
        login: login.into(),
        password: password.into(),
    }
}

/// An account whose address is confirmed and whose password is [`PASSWORD`].
async fn account(site: &TestSite, handle: &str, role: Role) -> UserId {
    let new = NewAccount {
        email: format!("{handle}@readers.test"),
        handle: handle.into(),
        display_name: handle.into(),
        password: PASSWORD.into(),
        role,
    };
    operator::create(&site.visitor(), &new).await.unwrap()
}

/// Calls signed in as somebody who has just logged in.
async fn logged_in(site: &TestSite, handle: &str) -> Cx {
    let session = log_in(&site.visitor(), &credentials(handle, PASSWORD))
        .await
        .unwrap();
    let actor = alive(site, session).await.unwrap();
    Cx {
        actor: Some(actor),
        ..site.visitor()
    }
}

async fn alive(site: &TestSite, session: uuid::Uuid) -> Option<Actor> {
    sessions::actor(&site.services, session).await.unwrap()
}

async fn count(site: &TestSite, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

/// The token in the last mail to `to` with a link to `path`.
async fn token(site: &TestSite, to: &str, path: &str) -> String {
    let start = format!("http://dogear.test{path}");
    let mut bodies: Vec<String> =
        sqlx::query_scalar("select text_body from mails where to_address = $1 order by id desc")
            .bind(to)
            .fetch_all(&site.services.db)
            .await
            .unwrap();
    // What is sent is in the mailbox only.
    let sent = site.dev_mailbox.messages().into_iter();
    bodies.extend(
        sent.filter(|mail| mail.to.iter().any(|address| address == to))
            .map(|mail| mail.text),
    );
    bodies
        .iter()
        .find_map(|body| body.split_once(&start))
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .unwrap_or_else(|| panic!("no link to {path} was sent to {to}"))
        .to_owned()
}

async fn mails_to(site: &TestSite, to: &str) -> Vec<String> {
    sqlx::query_scalar("select kind from mails where to_address = $1 order by id")
        .bind(to)
        .fetch_all(&site.services.db)
        .await
        .unwrap()
}

fn field(error: &Error) -> &str {
    match error {
        Error::Invalid(errors) => errors.iter().next().unwrap().0,
        other => panic!("{other:?}"),
    }
}
