//! What stands for the payment service: it keeps accounts, checkouts and refunds as Stripe does, each
//! once per key, and plays a trick when it is told to.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::payments::signed;
use crate::settings::PaymentSettings;

/// With which the site shows who it is.
const SECRET_KEY: &str = "sk_test_site";
/// With which messages are signed, and with which they were.
pub const SECRETS: [&str; 2] = ["whsec_new", "whsec_old"];

/// How the next question is answered.
pub enum Trick {
    /// Nothing is done: status and body.
    Says(u16, &'static str),
    /// It is done, and the answer is lost.
    Loses,
    /// It is done, and half of the answer comes.
    Cuts,
    /// It is done, after a while.
    Delays(Duration),
}

/// A page on which can be paid.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its name.
    pub id: String,
    /// Whom it pays.
    pub account: String,
    /// The number that the site gave it.
    pub attempt: String,
    /// How much.
    pub minor: i64,
    /// In small letters.
    pub currency: String,
    /// `open`, `complete`, `expired`.
    pub status: &'static str,
    /// What the buyer reads.
    pub what: String,
    /// The rest of what was asked for.
    pub asked: HashMap<String, String>,
}

impl Session {
    fn payment(&self) -> String {
        self.id.replace("cs_", "pi_")
    }

    fn json(&self, url: &Url) -> Value {
        let paid = self.status == "complete";
        json!({
            "id": self.id, "object": "checkout.session", "status": self.status,
            "payment_status": if paid { "paid" } else { "unpaid" },
            "client_reference_id": self.attempt, "amount_total": self.minor, "currency": self.currency,
            "payment_intent": paid.then(|| json!({ "id": self.payment(), "status": "succeeded" })),
            "customer_details": { "name": "Nobody’s business" },
            "url": (self.status == "open").then(|| format!("{url}pay/{}", self.id)),
        })
    }
}

/// Something that was given back.
#[derive(Debug, Clone)]
pub struct Returned {
    /// Of which payment.
    pub payment: String,
    /// How much.
    pub minor: i64,
    /// `succeeded`, `pending`, `failed`.
    pub status: &'static str,
    mark: String,
}

impl Returned {
    fn json(&self) -> Value {
        json!({
            "id": "re_1", "object": "refund", "amount": self.minor, "status": self.status,
            "payment_intent": self.payment, "metadata": { "refund": self.mark },
        })
    }
}

/// What it knows.
#[derive(Default)]
pub struct State {
    /// Every page.
    pub sessions: Vec<Session>,
    /// Everything that was given back.
    pub returned: Vec<Returned>,
    /// Names of accounts, and whether they can be paid into.
    pub accounts: Vec<(String, bool)>,
    /// Accounts are ready as they are made.
    pub is_trusting: bool,
    /// How refunds end from now on; `succeeded` unless something else is said.
    pub refunds_end: Option<&'static str>,
    /// Tricks for the next questions.
    pub tricks: VecDeque<Trick>,
    /// Method and path of all questions.
    pub asked: Vec<String>,
    keys: HashMap<String, (String, Value)>,
    events: usize,
}

/// The payment service.
#[derive(Clone)]
pub struct Stub {
    /// Where it is asked.
    pub url: Url,
    state: Arc<Mutex<State>>,
}

struct Asked {
    method: String,
    path: String,
    head: String,
    body: String,
}

impl Asked {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    fn fields(&self) -> HashMap<String, String> {
        let text = match self.path.split_once('?') {
            Some((_, query)) => query,
            None => &self.body,
        };
        url::form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .collect()
    }
}

impl Stub {
    /// Starts it on a free port.
    ///
    /// # Panics
    /// When there is none.
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let stub = Self {
            url: Url::parse(&format!("http://{address}/")).expect("an address"),
            state: Arc::default(),
        };
        let serving = stub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let stub = serving.clone();
                tokio::spawn(async move { stub.serve(stream).await });
            }
        });
        stub
    }

    /// How a site knows it.
    pub fn settings(&self) -> PaymentSettings {
        PaymentSettings {
            secret_key: SECRET_KEY.into(),
            webhook_secrets: SECRETS.map(str::to_owned).to_vec(),
            instead: Some(self.url.clone()),
        }
    }

    /// What it knows now.
    ///
    /// # Panics
    /// When a test has panicked over it.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test has panicked")
    }

    /// Plays these next, in this order.
    pub fn plays(&self, tricks: impl IntoIterator<Item = Trick>) {
        self.state().tricks.extend(tricks);
    }

    /// The buyer pays on the latest page; `false` when that is not open.
    pub fn pay(&self) -> bool {
        self.pay_other(None)
    }

    /// As [`Stub::pay`], another amount than was asked.
    pub fn pay_other(&self, other: Option<(i64, &str)>) -> bool {
        let mut state = self.state();
        let Some(page) = state
            .sessions
            .last_mut()
            .filter(|page| page.status == "open")
        else {
            return false;
        };
        page.status = "complete";
        if let Some((minor, currency)) = other {
            page.minor = minor;
            currency.clone_into(&mut page.currency);
        }
        true
    }

    /// The latest page runs out, unless it was paid.
    pub fn run_out(&self) {
        if let Some(page) = self.state().sessions.last_mut()
            && page.status == "open"
        {
            page.status = "expired";
        }
    }

    /// Every account is ready from now on.
    pub fn accepts_accounts(&self) {
        for (_, ready) in &mut self.state().accounts {
            *ready = true;
        }
    }

    /// A new message about this, as it would be sent now: header and body.
    pub fn message(&self, kind: &str, about: &Value, now: Timestamp) -> (String, Vec<u8>) {
        let number = {
            let mut state = self.state();
            state.events += 1;
            state.events
        };
        let body = json!({
            "id": format!("evt_{number}"), "object": "event", "type": kind,
            "data": { "object": about },
        });
        let body = body.to_string().into_bytes();
        (signed(SECRETS[0], now, &body), body)
    }

    /// A message about the latest page.
    ///
    /// # Panics
    /// When there is none.
    pub fn told(&self, kind: &str, now: Timestamp) -> (String, Vec<u8>) {
        let page = self
            .state()
            .sessions
            .last()
            .expect("a page")
            .json(&self.url);
        self.message(kind, &page, now)
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some(asked) = read(&mut stream).await else {
            return;
        };
        let trick = {
            let mut state = self.state();
            state.asked.push(format!("{} {}", asked.method, asked.path));
            state.tricks.pop_front()
        };
        if let Some(Trick::Delays(time)) = &trick {
            tokio::time::sleep(*time).await;
        }
        let (status, body) = if let Some(Trick::Says(status, body)) = &trick {
            (*status, (*body).to_owned())
        } else {
            let (status, body) = self.answer(&asked);
            (status, body.to_string())
        };
        if matches!(trick, Some(Trick::Loses)) {
            return;
        }
        let mut answer = format!(
            "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        if matches!(trick, Some(Trick::Cuts)) {
            answer.truncate(answer.len() - body.len() / 2);
        }
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    fn answer(&self, asked: &Asked) -> (u16, Value) {
        let refused = |status, code: &str| (status, json!({ "error": { "code": code } }));
        if asked.header("authorization") != Some(&format!("Bearer {SECRET_KEY}")) {
            return refused(401, "invalid_api_key");
        }
        let fields = asked.fields();
        let key = asked.header("idempotency-key").map(str::to_owned);
        let mut state = self.state();
        if let Some(key) = &key
            && let Some((body, answer)) = state.keys.get(key)
        {
            return if *body == asked.body {
                (200, answer.clone())
            } else {
                refused(400, "idempotency_error")
            };
        }
        let path = asked.path.split('?').next().unwrap_or_default();
        let account = asked.header("stripe-account").unwrap_or_default();
        let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let answer = match (&*asked.method, path) {
            ("POST", "/v1/accounts") => {
                let id = format!("acct_{}", state.accounts.len() + 1);
                let ready = state.is_trusting;
                state.accounts.push((id.clone(), ready));
                json!({ "id": id, "charges_enabled": false })
            }
            ("POST", "/v1/account_links") => {
                json!({ "url": format!("{}setup/{}", self.url, field("account")) })
            }
            ("POST", "/v1/checkout/sessions") => {
                let page = Session {
                    id: format!("cs_{}", state.sessions.len() + 1),
                    account: account.to_owned(),
                    attempt: field("client_reference_id"),
                    minor: field("line_items[0][price_data][unit_amount]")
                        .parse()
                        .unwrap_or(0),
                    currency: field("line_items[0][price_data][currency]"),
                    status: "open",
                    what: field("line_items[0][price_data][product_data][name]"),
                    asked: fields.clone(),
                };
                let json = page.json(&self.url);
                state.sessions.push(page);
                json
            }
            ("GET", "/v1/refunds") => {
                let of = field("payment_intent");
                let found = state.returned.iter().filter(|one| one.payment == of);
                json!({ "data": found.map(Returned::json).collect::<Vec<_>>() })
            }
            ("POST", "/v1/refunds") => {
                let status = state.refunds_end.unwrap_or("succeeded");
                let one = Returned {
                    payment: field("payment_intent"),
                    minor: field("amount").parse().unwrap_or(0),
                    status,
                    mark: field("metadata[refund]"),
                };
                let json = one.json();
                state.returned.push(one);
                json
            }
            (method, path) => {
                if let Some(id) = path.strip_prefix("/v1/accounts/") {
                    match state.accounts.iter().find(|(name, _)| name == id) {
                        Some((id, ready)) => json!({ "id": id, "charges_enabled": ready }),
                        None => return refused(404, "resource_missing"),
                    }
                } else if let Some(rest) = path.strip_prefix("/v1/checkout/sessions/") {
                    let id = rest.trim_end_matches("/expire");
                    let url = self.url.clone();
                    let page = state.sessions.iter_mut().find(|page| page.id == id);
                    let Some(page) = page.filter(|page| page.account == account) else {
                        return refused(404, "resource_missing");
                    };
                    if method == "POST" {
                        if page.status != "open" {
                            return refused(400, "session_not_open");
                        }
                        page.status = "expired";
                    }
                    page.json(&url)
                } else {
                    return refused(404, "unknown");
                }
            }
        };
        if let Some(key) = key {
            state.keys.insert(key, (asked.body.clone(), answer.clone()));
        }
        (200, answer)
    }
}

/// One question, whole.
async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut text = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap_or(0);
        if read == 0 {
            return None;
        }
        text.extend(&part[..read]);
        let all = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = all.split_once("\r\n\r\n") else {
            continue;
        };
        let lower = head.to_lowercase();
        let length = lower.split("content-length: ").nth(1);
        let length: usize = length
            .and_then(|rest| rest.lines().next()?.trim().parse().ok())
            .unwrap_or(0);
        if body.len() >= length {
            let mut line = head.lines().next()?.split(' ');
            return Some(Asked {
                method: line.next()?.to_owned(),
                path: line.next()?.to_owned(),
                head: head.to_owned(),
                body: body.to_owned(),
            });
        }
    }
}
