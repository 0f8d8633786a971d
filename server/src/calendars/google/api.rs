//! What Google is asked, and what its answers mean. Nothing that Google says is repeated to readers
//! or in the log but short codes.
//!
//! <https://developers.google.com/identity/protocols/oauth2/web-server> and
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events>.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use ureq::http::{Method, Request};
use url::Url;

use crate::outside::{Anywhere, open_agent};
use crate::settings::GoogleSettings;

/// What readers allow: to see and change entries. There is nothing smaller for entries in a
/// calendar that is theirs.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/calendar.events";
/// For one question. The longest job asks six of them within the time that an entry is its own.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer; real ones have one or two thousand.
const LONGEST: u64 = 64 * 1024;
/// Characters of a token; Google promises no more than 2048.
const LONGEST_TOKEN: usize = 4096;
/// For how long a token is believed to hold when Google does not say it, or says nonsense.
const TOKEN_HOLDS: (u64, u64) = (60, 3600);
/// The longest that we let ourselves be sent away for.
const LONGEST_REST: Duration = Duration::from_hours(24);

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// The permission does not hold any more.
    Ended,
    /// The token of this hour does not.
    Unauthorized,
    /// Too much was asked. So long Google wants to be left alone, if it says so.
    Later(Option<Duration>),
    /// It would be refused again.
    Refused(String),
    /// There is no answer, or none that can be understood.
    Again(String),
}

/// Google's addresses, or those that stand for them.
fn address(google: &GoogleSettings, host: &str, path: &str) -> Result<Url, Problem> {
    let base = match &google.instead {
        Some(base) => base.as_str().trim_end_matches('/').to_owned(),
        None => format!("https://{host}"),
    };
    Url::parse(&format!("{base}/{path}")).map_err(|error| Problem::Again(error.to_string()))
}

/// Where a reader gives their permission, and comes back from with `state`.
pub(super) fn consent(
    google: &GoogleSettings,
    back: &str,
    state: &str,
    challenge: &str,
) -> Result<Url, Problem> {
    let mut url = address(google, "accounts.google.com", "o/oauth2/v2/auth")?;
    url.query_pairs_mut().extend_pairs([
        ("client_id", google.client_id.as_str()),
        ("redirect_uri", back),
        ("response_type", "code"),
        ("scope", SCOPE),
        // A permission that holds while the reader is not there, each time anew.
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("include_granted_scopes", "true"),
        ("state", state),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ]);
    Ok(url)
}

/// What has come back.
struct Reply {
    status: u16,
    rest: Option<Duration>,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Asks once, without following anywhere.
async fn ask(
    google: &GoogleSettings,
    method: Method,
    url: Url,
    access: Option<&str>,
    body: Option<(&'static str, String)>,
) -> Result<Reply, Problem> {
    let anywhere = Anywhere(google.instead.is_some());
    let bearer = access.map(|token| format!("Bearer {token}"));
    let asked = tokio::task::spawn_blocking(move || {
        let agent = open_agent(PATIENCE, anywhere);
        let mut request = Request::builder().method(method).uri(url.as_str());
        if let Some(bearer) = bearer {
            request = request.header("authorization", bearer);
        }
        let mut answer = match body {
            Some((kind, text)) => agent.run(request.header("content-type", kind).body(text)?)?,
            None => agent.run(request.body(())?)?,
        };
        let status = answer.status().as_u16();
        let seconds = answer.headers().get("retry-after");
        let seconds = seconds.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let body = answer.body_mut().with_config().limit(LONGEST);
        Ok::<_, ureq::Error>(Reply {
            status,
            rest: seconds.map(|seconds| Duration::from_secs(seconds).min(LONGEST_REST)),
            body: body.read_to_vec()?,
        })
    });
    match asked.await {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(error)) => Err(Problem::Again(format!("Google does not answer: {error}"))),
        Err(error) => Err(Problem::Again(error.to_string())),
    }
}

/// A short code, or nothing: a text of somebody else is not repeated.
fn code(text: Option<&str>) -> &str {
    let fits = |text: &&str| {
        let short = (1..=40).contains(&text.len());
        short && text.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
    };
    text.filter(fits).unwrap_or("unknown")
}

/// What an answer means that is none of those that were hoped for.
fn problem(reply: &Reply) -> Problem {
    let json = reply.json();
    let error = &json["error"];
    let reason = code(error["errors"][0]["reason"].as_str());
    let detail = code(error["details"][0]["reason"].as_str());
    match (reply.status, reason) {
        (401, _) => Problem::Unauthorized,
        (429, _)
        | (
            403,
            "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded",
        ) => Problem::Later(reply.rest),
        // The reader has unticked it, or taken it back in part.
        (403, "insufficientPermissions") => Problem::Ended,
        (403, _) if detail == "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => Problem::Ended,
        (500.., _) if reply.rest.is_some() => Problem::Later(reply.rest),
        (408 | 500.., _) => Problem::Again(format!("Google answers {}", reply.status)),
        (400..500, _) => Problem::Refused(format!("Google answers {} ({reason})", reply.status)),
        (status, _) => Problem::Again(format!("Google answers {status} and nothing sensible")),
    }
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    scope: String,
}

/// A token for the next requests.
#[derive(Clone)]
pub(super) struct Access {
    pub token: String,
    /// For so long it holds, by the look of it.
    pub holds: Duration,
}

/// What a reader has allowed.
pub(super) struct Granted {
    /// None when Google gives none.
    pub refresh_token: Option<String>,
    pub access: Access,
    /// Whether entries may be written: readers can untick it.
    pub may_write: bool,
}

/// Whether it can be one: it goes into a header, and into the database.
fn is_token(text: &str) -> bool {
    (1..=LONGEST_TOKEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

async fn tokens(google: &GoogleSettings, fields: &[(&str, &str)]) -> Result<Tokens, Problem> {
    let url = address(google, "oauth2.googleapis.com", "token")?;
    // With the name and the secret of the site.
    let site = [
        ("client_id", google.client_id.as_str()),
        ("client_secret", google.client_secret.as_str()),
    ];
    let body = form(&[&site, fields].concat());
    let reply = ask(google, Method::POST, url, None, Some(body)).await?;
    if reply.status != 200 {
        let json = reply.json();
        return Err(match (reply.status, code(json["error"].as_str())) {
            (400 | 401, "invalid_grant") => Problem::Ended,
            (400 | 401 | 403, error) => {
                Problem::Again(format!("Google gives this site no token: {error}"))
            }
            _ => problem(&reply),
        });
    }
    let tokens: Tokens = serde_json::from_slice(&reply.body)
        .map_err(|_| Problem::Again("Google’s answer is no token".into()))?;
    let refresh = tokens.refresh_token.as_deref();
    if is_token(&tokens.access_token) && refresh.is_none_or(is_token) {
        return Ok(tokens);
    }
    Err(Problem::Again("Google’s token is none".into()))
}

/// A form as browsers send it.
fn form(fields: &[(&str, &str)]) -> (&'static str, String) {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    ("application/x-www-form-urlencoded", form.finish())
}

impl From<&Tokens> for Access {
    fn from(tokens: &Tokens) -> Self {
        let (least, most) = TOKEN_HOLDS;
        // A minute before its end it is no longer used.
        let seconds = tokens.expires_in.unwrap_or(least).clamp(least, most) - 30;
        Self {
            token: tokens.access_token.clone(),
            holds: Duration::from_secs(seconds),
        }
    }
}

/// The permission for the code with which a reader has come back.
pub(super) async fn exchange(
    google: &GoogleSettings,
    code: &str,
    verifier: &str,
    back: &str,
) -> Result<Granted, Problem> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", verifier),
        ("redirect_uri", back),
    ];
    let tokens = tokens(google, &fields).await?;
    Ok(Granted {
        access: Access::from(&tokens),
        may_write: tokens.scope.split(' ').any(|scope| scope == SCOPE),
        refresh_token: tokens.refresh_token,
    })
}

/// A token for the next hour.
pub(super) async fn refresh(google: &GoogleSettings, refresh: &str) -> Result<Access, Problem> {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    Ok(Access::from(&tokens(google, &fields).await?))
}

/// Gives a permission back. One that does not hold any more is fine.
pub(super) async fn revoke(google: &GoogleSettings, token: &str) -> Result<(), Problem> {
    let url = address(google, "oauth2.googleapis.com", "revoke")?;
    let body = Some(form(&[("token", token)]));
    let reply = ask(google, Method::POST, url, None, body).await?;
    match reply.status {
        200 | 400 => Ok(()),
        _ => Err(problem(&reply)),
    }
}

/// Where entries are, or one of them.
fn entries(google: &GoogleSettings, event: Option<&str>) -> Result<Url, Problem> {
    let path = "calendar/v3/calendars/primary/events";
    let path = match event {
        Some(event) => format!("{path}/{event}"),
        None => path.to_owned(),
    };
    address(google, "www.googleapis.com", &path)
}

/// Whether an answer is the entry that was written.
fn is_written(reply: &Reply, event: &str) -> Result<(), Problem> {
    let json = reply.json();
    if json["id"].as_str() == Some(event) && json["status"].as_str() == Some("confirmed") {
        return Ok(());
    }
    Err(Problem::Again(
        "Google’s answer is not the entry that was written".into(),
    ))
}

/// How an entry was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unwritten {
    /// There is one of that name already.
    Exists,
    /// There is none of that name.
    Missing,
    Problem(Problem),
}

impl From<Problem> for Unwritten {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Writes a new entry of this name.
pub(super) async fn insert(
    google: &GoogleSettings,
    access: &str,
    event: &str,
    entry: &Value,
) -> Result<(), Unwritten> {
    let url = entries(google, None)?;
    let body = Some(("application/json", entry.to_string()));
    let reply = ask(google, Method::POST, url, Some(access), body).await?;
    match reply.status {
        200 | 201 => Ok(is_written(&reply, event)?),
        409 => Err(Unwritten::Exists),
        _ => Err(problem(&reply).into()),
    }
}

/// Changes an entry, also one that was taken out: what is not said of it stays.
pub(super) async fn change(
    google: &GoogleSettings,
    access: &str,
    event: &str,
    entry: &Value,
) -> Result<(), Unwritten> {
    let url = entries(google, Some(event))?;
    let body = Some(("application/json", entry.to_string()));
    let reply = ask(google, Method::PATCH, url, Some(access), body).await?;
    match reply.status {
        200 => Ok(is_written(&reply, event)?),
        404 | 410 => Err(Unwritten::Missing),
        _ => Err(problem(&reply).into()),
    }
}

/// Takes an entry out. One that is not there is fine.
pub(super) async fn remove(
    google: &GoogleSettings,
    access: &str,
    event: &str,
) -> Result<(), Problem> {
    let url = entries(google, Some(event))?;
    let reply = ask(google, Method::DELETE, url, Some(access), None).await?;
    match reply.status {
        200 | 204 | 404 | 410 => Ok(()),
        _ => Err(problem(&reply)),
    }
}
