//! What went wrong, as `application/problem+json` (RFC 9457), with a code that stays the same.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dogear_server::Error;
use serde::Serialize;
use utoipa::ToSchema;

/// Where the codes are explained.
const EXPLAINED: &str = "/developers#problem-";

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident $word:literal $status:ident;)*) => {
        /// Why a call did nothing. Codes are never renamed within v1; new ones may come.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum Code {
            $($(#[doc = $doc])* #[serde(rename = $word)] $name,)*
        }

        impl Code {
            /// Every code, as they are explained.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is sent.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The status that goes with it.
            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// What it means.
            pub(crate) fn meaning(self) -> String {
                match self { $(Self::$name => [$($doc),*].concat().trim().to_owned(),)* }
            }
        }
    };
}

codes! {
    /// The body is no JSON, or the address has a parameter that cannot be read.
    Malformed "malformed" BAD_REQUEST;
    /// The cursor was not given out for this list and this caller.
    CursorInvalid "cursor_invalid" BAD_REQUEST;
    /// This needs a token.
    TokenRequired "token_required" UNAUTHORIZED;
    /// The token does not work: it is none, has ended, or the member has a new password.
    TokenInvalid "token_invalid" UNAUTHORIZED;
    /// The token does not open this; `detail` names the scope.
    ScopeMissing "scope_missing" FORBIDDEN;
    /// Not now, or not by this member; `detail` says what to do about it.
    Forbidden "forbidden" FORBIDDEN;
    /// It does not exist, or is not for this caller: the two look the same.
    NotFound "not_found" NOT_FOUND;
    /// The address knows other methods; `Allow` names them.
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED;
    /// Things are not as the call takes them to be; `detail` says how they are.
    Conflict "conflict" CONFLICT;
    /// The thing is another by now than `If-Match` says; `ETag` has the present version.
    VersionMismatch "version_mismatch" PRECONDITION_FAILED;
    /// The body is larger than this call takes.
    TooLarge "too_large" PAYLOAD_TOO_LARGE;
    /// The body is not of the media type that this call takes.
    WrongMediaType "wrong_media_type" UNSUPPORTED_MEDIA_TYPE;
    /// A field needs changing; `errors` says which, and how.
    Invalid "invalid" UNPROCESSABLE_ENTITY;
    /// Too often; `Retry-After` says how long to wait.
    TooMany "too_many" TOO_MANY_REQUESTS;
    /// A fault of the site. It is in its log, under `request_id`.
    Internal "internal" INTERNAL_SERVER_ERROR;
    /// Something the site needs is busy: the same may work in a moment.
    Busy "busy" SERVICE_UNAVAILABLE;
    /// The connection was lost while it was kept: nobody knows whether it was. Send it again with
    /// the same `Idempotency-Key`, or look first.
    Unsure "unsure" SERVICE_UNAVAILABLE;
    /// There is no room to keep it.
    Full "full" INSUFFICIENT_STORAGE;
}

impl Code {
    const fn title(self) -> &'static str {
        match self {
            Self::Malformed => "This cannot be read.",
            Self::CursorInvalid => "This cursor does not belong here.",
            Self::TokenRequired => "This needs an access token.",
            Self::TokenInvalid => "This access token does not work.",
            Self::ScopeMissing => "The access token does not open this.",
            Self::Forbidden => "This is not allowed now.",
            Self::NotFound => "There is nothing here.",
            Self::MethodNotAllowed => "The address does not take this method.",
            Self::Conflict => "Things have moved on.",
            Self::VersionMismatch => "It is another version by now.",
            Self::TooLarge => "This is too large.",
            Self::WrongMediaType => "The body has the wrong media type.",
            Self::Invalid => "Some of it needs changing.",
            Self::TooMany => "Too many calls in a short time.",
            Self::Internal => "Something broke on our side.",
            Self::Busy => "The site is busy.",
            Self::Unsure => "Nobody knows whether it was kept.",
            Self::Full => "There is no room to keep it.",
        }
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// Its name, with those around it: `sale.price`.
    field: String,
    /// What to do about it.
    message: String,
}

/// The body of an answer that says why nothing was done.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// Where the code is explained.
    r#type: String,
    /// The code in words; the same for each.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// By which programs know what it is.
    code: Code,
    /// What is so, and what can be done.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    detail: String,
    /// For `invalid`: each field that needs changing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldProblem>,
}

/// An answer that says why nothing was done. In a box, since most calls succeed.
#[derive(Debug, Clone)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    code: Code,
    detail: String,
    errors: Vec<FieldProblem>,
    headers: HeaderMap,
}

impl Problem {
    /// One with this code and no more to say.
    pub(crate) fn new(code: Code) -> Self {
        Self(Box::new(Parts {
            code,
            detail: String::new(),
            errors: Vec::new(),
            headers: HeaderMap::new(),
        }))
    }

    /// Adds what is so, and what can be done.
    pub(crate) fn saying(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// A field that needs changing.
    pub(crate) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut problem = Self::new(Code::Invalid);
        problem.0.errors.push(FieldProblem {
            field: field.into(),
            message: message.into(),
        });
        problem
    }

    /// Adds a header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.insert(name, value);
        }
        self
    }

    /// By which programs know what it is.
    pub(crate) fn code(&self) -> Code {
        self.0.code
    }

    /// The same with other names for fields: what the form of a page calls them, and what the
    /// interface does.
    pub(crate) fn renamed(mut self, names: &[(&str, &str)]) -> Self {
        for error in &mut self.0.errors {
            if let Some((_, name)) = names.iter().find(|(form, _)| *form == error.field) {
                (*name).clone_into(&mut error.field);
            }
        }
        self
    }

    /// As it stands in the lines of a bulk answer.
    pub(crate) fn body(&self) -> ProblemBody {
        ProblemBody {
            r#type: format!("{EXPLAINED}{}", self.0.code.as_str()),
            title: self.0.code.title(),
            status: self.0.code.status().as_u16(),
            code: self.0.code,
            detail: self.0.detail.clone(),
            errors: self.0.errors.clone(),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        error.log();
        match error {
            Error::NotFound => Self::new(Code::NotFound),
            Error::SignInRequired => Self::new(Code::TokenRequired),
            Error::Forbidden(detail) => Self::new(Code::Forbidden).saying(detail),
            Error::Conflict(detail) => Self::new(Code::Conflict).saying(detail),
            Error::Invalid(fields) => {
                let mut problem = Self::new(Code::Invalid);
                let fields = fields.iter().map(|(field, message)| FieldProblem {
                    field: field.to_owned(),
                    message: message.to_owned(),
                });
                problem.0.errors.extend(fields);
                problem
            }
            Error::TooMany { retry_after } => Self::new(Code::TooMany).with_header(
                header::RETRY_AFTER,
                &retry_after.as_secs().max(1).to_string(),
            ),
            Error::Busy(_) => Self::new(Code::Busy).with_header(header::RETRY_AFTER, "5"),
            Error::Unsure(_) => Self::new(Code::Unsure).with_header(header::RETRY_AFTER, "5"),
            Error::Full(_) => Self::new(Code::Full),
            Error::Internal(_) => Self::new(Code::Internal),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let code = self.0.code;
        let mut response = (code.status(), Json(self.body())).into_response();
        response.headers_mut().extend(self.0.headers);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        // RFC 6750, section 3: how to ask again.
        let challenge = match code {
            Code::TokenRequired => "Bearer",
            Code::TokenInvalid => "Bearer error=\"invalid_token\"",
            Code::ScopeMissing => "Bearer error=\"insufficient_scope\"",
            _ => return response,
        };
        headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(challenge),
        );
        response
    }
}
