//! What every server function shares: how its arguments travel, what it gives, how it
//! fails. A server function is a door: one thing a person can do, called by a plain form,
//! by an island or by a script, with one meaning for all three.

use bytes::Bytes;
use dogear_domain::fields::FieldErrors;
#[cfg(feature = "ssr")]
use dogear_domain::fields::FieldProblem;
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::{JsonEncoding, Post};
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use leptos::server_fn::ServerFn;

/// Arguments as browsers send forms: `application/x-www-form-urlencoded`, where a list
/// repeats its name. Written `input = HtmlForm` in `#[server]`.
pub type HtmlForm = Post<FormEncoding>;

/// See [`HtmlForm`].
pub struct FormEncoding;

impl ContentType for FormEncoding {
    const CONTENT_TYPE: &'static str = "application/x-www-form-urlencoded";
}

impl FormatType for FormEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for FormEncoding {
    type Error = serde_html_form::ser::Error;

    fn encode(arguments: &T) -> Result<Bytes, Self::Error> {
        serde_html_form::to_string(arguments).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for FormEncoding {
    type Error = serde_html_form::de::Error;

    fn decode(body: Bytes) -> Result<T, Self::Error> {
        serde_html_form::from_bytes(&body)
    }
}

/// The key that makes a form count once, however often it is sent. Made with the form,
/// sent back as `once`; a form without one counts each time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormKey(String);

#[cfg(feature = "ssr")]
impl From<FormKey> for Option<dogear_server::db::IdempotencyKey> {
    fn from(key: FormKey) -> Self {
        key.0.parse().ok().map(dogear_server::db::IdempotencyKey)
    }
}

/// What a change gives: where to go, and what to say there once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// A path of this site.
    pub go: String,
    /// One sentence for the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// How it is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<Undo>,
}

/// A button that takes something back: a call of a server function, ready to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The function's address.
    pub action: String,
    /// The arguments, in order.
    pub fields: Vec<(String, String)>,
}

impl Undo {
    /// The call that `call` would make.
    pub fn of<F: ServerFn + Serialize>(call: &F) -> Self {
        // Arguments of server functions are plain values: they always encode.
        let encoded = serde_html_form::to_string(call).unwrap_or_default();
        let fields: Vec<(String, String)> = serde_html_form::from_str(&encoded).unwrap_or_default();
        Self {
            action: F::PATH.to_owned(),
            fields: fields
                .into_iter()
                .filter(|(name, _)| name != "once")
                .collect(),
        }
    }
}

impl Done {
    /// Done; the reader goes on at `path`.
    pub fn go(path: impl Into<String>) -> Self {
        Self {
            go: path.into(),
            said: None,
            undo: None,
        }
    }

    /// Adds the sentence that the next page shows once.
    #[must_use]
    pub fn saying(self, sentence: impl Into<String>) -> Self {
        Self {
            said: Some(sentence.into()),
            ..self
        }
    }

    /// Adds a button that makes this call of a server function.
    #[must_use]
    pub fn undo<F: ServerFn + Serialize>(self, call: &F) -> Self {
        Self {
            undo: Some(Undo::of(call)),
            ..self
        }
    }
}

/// Why a server function did nothing, as far as whoever called it may know. What went
/// wrong on the server is in the logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ActionError {
    /// Nobody is signed in, or not any more.
    SignInRequired,
    /// There is no such thing, or it is not theirs.
    NotFound,
    /// It worked once, or for a time.
    Gone,
    /// Not now, or not by them: what to do about it.
    Forbidden { message: String },
    /// What was typed cannot be taken: a sentence for each field.
    Invalid { fields: FieldErrors },
    /// Things have moved on.
    Conflict { message: String },
    /// Too often: how long to wait.
    TooMany { retry_after_seconds: u64 },
    /// Something the site needs is busy; the same may work in a moment.
    Busy,
    /// Nobody knows whether it was kept: look first.
    Unsure,
    /// There is no room to keep it.
    Full,
    /// The arguments are not such as the function takes.
    Unreadable { message: String },
    /// Nothing is wrong: the reader asked to see the form again, with what they typed.
    Again,
    /// Something broke, or the site cannot be reached.
    Broken,
}

impl ActionError {
    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::SignInRequired => 401,
            Self::NotFound => 404,
            Self::Gone => 410,
            Self::Forbidden { .. } => 403,
            Self::Invalid { .. } => 422,
            Self::Conflict { .. } => 409,
            Self::TooMany { .. } => 429,
            Self::Busy | Self::Unsure => 503,
            Self::Full => 507,
            Self::Unreadable { .. } => 400,
            Self::Again => 200,
            Self::Broken => 500,
        }
    }

    /// Whether the same call may work in a moment.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::TooMany { .. } | Self::Busy | Self::Unsure | Self::Full
        )
    }

    pub(crate) fn unreadable() -> Self {
        Self::Unreadable {
            message: "We could not read that. Send each argument once, in the form that the page sends it.".into(),
        }
    }
}

impl FromServerFnError for ActionError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::unreadable(),
            _ => Self::Broken,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<dogear_server::Error> for ActionError {
    fn from(error: dogear_server::Error) -> Self {
        use dogear_server::Error;
        error.log();
        match error {
            Error::NotFound => Self::NotFound,
            Error::SignInRequired => Self::SignInRequired,
            Error::Forbidden(message) => Self::Forbidden { message },
            Error::Invalid(fields) => Self::Invalid { fields },
            Error::Conflict(message) => Self::Conflict { message },
            Error::TooMany { retry_after } => Self::TooMany {
                retry_after_seconds: retry_after.as_secs().max(1),
            },
            Error::Busy(_) => Self::Busy,
            Error::Unsure(_) => Self::Unsure,
            Error::Full(_) => Self::Full,
            Error::Internal(_) => Self::Broken,
        }
    }
}

impl From<FieldErrors> for ActionError {
    fn from(fields: FieldErrors) -> Self {
        Self::Invalid { fields }
    }
}

/// What was typed into a field, read; or its problem, at the field.
#[cfg(feature = "ssr")]
pub(crate) fn read<T>(
    field: &'static str,
    typed: Result<T, FieldProblem>,
) -> Result<T, ActionError> {
    typed.map_err(|problem| FieldErrors::one(field, problem).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Arguments {
        trade: i64,
        #[serde(default)]
        give: Vec<i64>,
        #[serde(default)]
        once: FormKey,
    }

    fn decode(body: &'static str) -> Result<Arguments, String> {
        FormEncoding::decode(Bytes::from_static(body.as_bytes()))
            .map_err(|error: serde_html_form::de::Error| error.to_string())
    }

    #[test]
    fn arguments_travel_as_browsers_send_forms() {
        let arguments = Arguments {
            trade: 3,
            give: vec![1, 2],
            once: FormKey("k".into()),
        };
        assert_eq!(
            FormEncoding::encode(&arguments).unwrap(),
            "trade=3&give=1&give=2&once=k"
        );
        assert_eq!(
            decode("give=1&page=%2F&trade=3&give=2&once=k"),
            Ok(arguments)
        );
        let bare = Arguments {
            trade: 3,
            give: Vec::new(),
            once: FormKey::default(),
        };
        assert_eq!(decode("trade=3"), Ok(bare));
    }

    #[test]
    fn what_is_missing_or_doubled_or_no_number_is_not_taken() {
        for body in [
            "",
            "trade=x",
            "trade=1&trade=2",
            "trade=1&once=a&once=b",
            "trade=1&give=x",
        ] {
            assert!(decode(body).is_err(), "{body}");
        }
    }
}
