//! Stripe, or what speaks as it does: accounts of its Connect, its Checkout Sessions with direct
//! charges, so that the money is the seller's from the first moment, and its refunds.
//!
//! <https://docs.stripe.com/connect/direct-charges> and <https://docs.stripe.com/api>. Of its answers
//! only what is named here is read, none of it about cards, and only short codes are repeated.

use std::time::Duration;

use dogear_domain::money::Money;
use jiff::Timestamp;
use serde_json::Value;
use ureq::http::{Method, Request};
use url::Url;
use uuid::Uuid;

use super::signature;
use super::{
    Checkout, GiveBack, Given, News, NotTheirs, Opened, Paid, Provider, Standing, Trouble,
};
use crate::outside::{Anywhere, open_agent};
use crate::settings::PaymentSettings;

/// Where it is asked.
const API: &str = "https://api.stripe.com";
/// For one question: somebody may wait for the page.
const PATIENCE: Duration = Duration::from_secs(8);
/// Bytes of an answer; real ones have a few thousand.
const LONGEST: u64 = 256 * 1024;
/// Characters of a name of theirs.
const LONGEST_NAME: usize = 255;
/// Refunds of one payment that are looked at; there is one.
const REFUNDS: &str = "20";

type Fields<'a> = Vec<(&'a str, String)>;

/// It, as this site knows it.
#[derive(Debug, Clone)]
pub(crate) struct Stripe {
    settings: PaymentSettings,
}

/// What is asked.
struct Question<'a> {
    method: Method,
    path: String,
    account: Option<&'a str>,
    /// The same for each time that the same is asked.
    key: Option<Uuid>,
    fields: Fields<'a>,
}

impl<'a> Question<'a> {
    fn get(path: String, account: Option<&'a str>) -> Self {
        Self {
            method: Method::GET,
            path,
            account,
            key: None,
            fields: Vec::new(),
        }
    }

    fn post(path: String, account: Option<&'a str>, fields: Fields<'a>) -> Self {
        Self {
            method: Method::POST,
            fields,
            ..Self::get(path, account)
        }
    }

    fn once(self, key: Uuid) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }
}

impl Stripe {
    pub(super) fn new(settings: PaymentSettings) -> Self {
        Self { settings }
    }

    /// Asks once, without following anywhere.
    async fn ask(&self, question: Question<'_>) -> Result<Value, Trouble> {
        let base = match &self.settings.instead {
            Some(base) => base.as_str().trim_end_matches('/').to_owned(),
            None => API.to_owned(),
        };
        let later = |cause: String| Trouble::Later(cause);
        let mut url = Url::parse(&format!("{base}/v1/{}", question.path))
            .map_err(|error| later(error.to_string()))?;
        let is_post = question.method == Method::POST;
        if !is_post && !question.fields.is_empty() {
            url.query_pairs_mut().extend_pairs(&question.fields);
        }
        let mut request = Request::builder()
            .method(question.method)
            .uri(url.as_str())
            .header(
                "authorization",
                format!("Bearer {}", self.settings.secret_key),
            );
        if let Some(account) = question.account {
            request = request.header("stripe-account", account);
        }
        if let Some(key) = question.key {
            request = request.header("idempotency-key", key.to_string());
        }
        let body = is_post.then(|| {
            url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&question.fields)
                .finish()
        });
        let anywhere = Anywhere(self.settings.instead.is_some());
        let asked = tokio::task::spawn_blocking(move || {
            let agent = open_agent(PATIENCE, anywhere);
            let mut answer = match body {
                Some(body) => agent.run(
                    request
                        .header("content-type", "application/x-www-form-urlencoded")
                        .body(body)?,
                )?,
                None => agent.run(request.body(())?)?,
            };
            let status = answer.status().as_u16();
            let body = answer.body_mut().with_config().limit(LONGEST);
            Ok::<_, ureq::Error>((status, body.read_to_vec()?))
        });
        match asked.await {
            Ok(Ok((status, body))) => understood(status, &body),
            Ok(Err(error)) => Err(later(format!("no answer: {error}"))),
            Err(error) => Err(later(error.to_string())),
        }
    }
}

/// What an answer means.
fn understood(status: u16, body: &[u8]) -> Result<Value, Trouble> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = code(&json["error"]["code"]).or_else(|| code(&json["error"]["type"]));
    let code = code.unwrap_or("unknown").to_owned();
    match status {
        200 if json.is_object() => Ok(json),
        // The same is asked just now by somebody else, too much is asked, the site's key is
        // wrong, or they have trouble of their own.
        401 | 409 | 429 | 500.. => Err(Trouble::Later(format!("{status} {code}"))),
        400..=499 => Err(Trouble::Refused(code)),
        _ => Err(Trouble::Later(format!("{status} that is no answer"))),
    }
}

/// A short code, or nothing: a text of somebody else is not repeated.
fn code(value: &Value) -> Option<&str> {
    let fits = |text: &&str| {
        (1..=60).contains(&text.len()) && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    value.as_str().filter(fits)
}

/// A name of theirs, which can stand in an address.
fn name(value: &Value) -> Option<String> {
    let fits = |text: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        (1..=LONGEST_NAME).contains(&text.len()) && text.chars().all(plain)
    };
    value.as_str().filter(fits).map(str::to_owned)
}

/// As [`name`], of a thing that is told by its name alone or whole.
fn name_of(value: &Value) -> Option<String> {
    name(value).or_else(|| name(&value["id"]))
}

fn no_sense(what: &str) -> Trouble {
    Trouble::Later(format!("{what} makes no sense"))
}

/// An address abroad to which a reader may be sent.
fn link(value: &Value, anywhere: bool) -> Result<Url, Trouble> {
    value
        .as_str()
        .and_then(|text| Url::parse(text).ok())
        .filter(|url| url.scheme() == "https" || anywhere && url.scheme() == "http")
        .ok_or_else(|| no_sense("the address"))
}

fn price(amount: Money) -> Fields<'static> {
    vec![
        (
            "line_items[0][price_data][currency]",
            amount.currency.as_str().to_ascii_lowercase(),
        ),
        (
            "line_items[0][price_data][unit_amount]",
            amount.minor.to_string(),
        ),
    ]
}

impl Provider for Stripe {
    const NAME: &'static str = "stripe";

    async fn open_account(&self, id: Uuid) -> Result<String, Trouble> {
        let fields = vec![("type", "standard".to_owned())];
        let question = Question::post("accounts".into(), None, fields).once(id);
        let json = self.ask(question).await?;
        name(&json["id"]).ok_or_else(|| no_sense("the account"))
    }

    async fn onboard(&self, account: &str, done: &str, again: &str) -> Result<Url, Trouble> {
        let fields = vec![
            ("account", account.to_owned()),
            ("return_url", done.to_owned()),
            ("refresh_url", again.to_owned()),
            ("type", "account_onboarding".to_owned()),
        ];
        let question = Question::post("account_links".into(), None, fields);
        let json = self.ask(question).await?;
        link(&json["url"], self.settings.instead.is_some())
    }

    async fn is_ready(&self, account: &str) -> Result<bool, Trouble> {
        let question = Question::get(format!("accounts/{account}"), None);
        let json = self.ask(question).await?;
        Ok(json["charges_enabled"].as_bool().unwrap_or(false))
    }

    async fn checkout(&self, asked: &Checkout) -> Result<Opened, Trouble> {
        let (paid, left) = asked.back.clone();
        let mut fields = vec![
            ("mode", "payment".to_owned()),
            ("client_reference_id", asked.id.to_string()),
            ("expires_at", asked.until.as_second().to_string()),
            ("success_url", paid),
            ("cancel_url", left),
            ("line_items[0][quantity]", "1".to_owned()),
            (
                "line_items[0][price_data][product_data][name]",
                asked.what.clone(),
            ),
        ];
        fields.extend(price(asked.amount));
        let path = "checkout/sessions".to_owned();
        let question = Question::post(path, Some(&asked.account), fields).once(asked.id);
        let json = self.ask(question).await?;
        Ok(Opened {
            reference: name(&json["id"]).ok_or_else(|| no_sense("the checkout"))?,
            link: link(&json["url"], self.settings.instead.is_some())?,
        })
    }

    async fn fetch(&self, account: &str, id: Uuid, reference: &str) -> Result<Standing, Trouble> {
        let mut question = Question::get(format!("checkout/sessions/{reference}"), Some(account));
        question.fields = vec![("expand[]", "payment_intent".to_owned())];
        let json = self.ask(question).await?;
        if json["client_reference_id"].as_str() != Some(id.to_string().as_str()) {
            return Err(no_sense("the number of the checkout"));
        }
        let payment = &json["payment_intent"];
        match (json["status"].as_str(), json["payment_status"].as_str()) {
            (Some("open"), _) => Ok(Standing::Open),
            (Some("expired"), _) => Ok(Standing::Ended),
            (Some("complete"), Some("paid")) => paid(&json).map(Standing::Paid),
            (Some("complete"), Some("unpaid")) => Ok(match payment["status"].as_str() {
                Some("canceled" | "requires_payment_method") => Standing::Ended,
                _ => Standing::Waiting,
            }),
            _ => Err(no_sense("the state of the checkout")),
        }
    }

    async fn expire(&self, account: &str, reference: &str) -> Result<(), Trouble> {
        let path = format!("checkout/sessions/{reference}/expire");
        self.ask(Question::post(path, Some(account), Vec::new()))
            .await?;
        Ok(())
    }

    async fn refund(&self, asked: &GiveBack) -> Result<Given, Trouble> {
        let account = Some(asked.account.as_str());
        // Their keys hold for a day only, and sellers can give money back there too.
        let mut question = Question::get("refunds".into(), account);
        question.fields = vec![
            ("payment_intent", asked.payment.clone()),
            ("limit", REFUNDS.to_owned()),
        ];
        let json = self.ask(question).await?;
        let found = json["data"].as_array().cloned().unwrap_or_default();
        let id = asked.id.to_string();
        let ours = found
            .iter()
            .find(|refund| refund["metadata"]["refund"].as_str() == Some(id.as_str()));
        if let Some(refund) = ours {
            return given(refund);
        }
        let back: i64 = found
            .iter()
            .filter(|refund| matches!(refund["status"].as_str(), Some("succeeded" | "pending")))
            .filter_map(|refund| refund["amount"].as_i64())
            .sum();
        // What the seller gave back there themselves counts for what is wanted here.
        if back >= asked.total {
            return Ok(Given::Done);
        }
        let fields = vec![
            ("payment_intent", asked.payment.clone()),
            ("amount", asked.minor.to_string()),
            ("metadata[refund]", id),
        ];
        let question = Question::post("refunds".into(), account, fields).once(asked.id);
        match self.ask(question).await {
            Ok(refund) => given(&refund),
            Err(Trouble::Refused(code)) if code == "charge_already_refunded" => Ok(Given::Done),
            Err(Trouble::Refused(code)) => Ok(Given::Failed(code)),
            Err(later) => Err(later),
        }
    }

    fn verify(&self, header: &str, body: &[u8], now: Timestamp) -> Result<News, NotTheirs> {
        signature::check(header, body, &self.settings.webhook_secrets, now)?;
        let json: Value = serde_json::from_slice(body).map_err(|_| NotTheirs::Unreadable)?;
        let object = &json["data"]["object"];
        let about = match object["object"].as_str() {
            // Their refunds and charges are told of by the payment that they are of.
            Some("refund" | "charge" | "payment_intent") => {
                name_of(&object["payment_intent"]).or_else(|| name(&object["id"]))
            }
            _ => name(&object["id"]),
        };
        let read = || {
            Some(News {
                id: name(&json["id"])?,
                kind: name(&json["type"])?,
                reference: about?,
            })
        };
        read().ok_or(NotTheirs::Unreadable)
    }
}

fn paid(json: &Value) -> Result<Paid, Trouble> {
    let read = || {
        let currency = json["currency"].as_str()?;
        let is_code =
            currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_alphabetic());
        Some(Paid {
            minor: json["amount_total"].as_i64().filter(|minor| *minor > 0)?,
            currency: is_code.then(|| currency.to_ascii_uppercase())?,
            payment: name_of(&json["payment_intent"])?,
        })
    };
    read().ok_or_else(|| no_sense("the payment"))
}

fn given(refund: &Value) -> Result<Given, Trouble> {
    match refund["status"].as_str() {
        Some("succeeded") => Ok(Given::Done),
        Some("pending" | "requires_action") => Ok(Given::Waiting),
        Some("failed" | "canceled") => Ok(Given::Failed(
            code(&refund["failure_reason"])
                .unwrap_or("failed")
                .to_owned(),
        )),
        _ => Err(no_sense("the refund")),
    }
}
