//! What mails say. Every mail is one [`Content`], set by one layout in HTML and one
//! in plain text; the HTML escapes whatever a reader has typed.

use askama::Template;

use dogear_core::Settings;

/// A mail ready to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// For programs that show no HTML.
    pub text: String,
    /// A whole document.
    pub html: String,
    /// What it brings for the reader's calendar: iCalendar with a method (RFC 6047).
    pub calendar: Option<String>,
}

/// The one thing to do.
#[derive(Debug, Clone)]
pub struct Button {
    /// What is done by pressing it.
    pub label: String,
    /// Absolute.
    pub link: String,
}

/// The parts of a mail, in the order in which they are read.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// One line.
    pub subject: String,
    /// One sentence: what happened.
    pub heading: String,
    /// In plain words, without markup; each its own.
    pub paragraphs: Vec<String>,
    /// Titles under “You give”.
    pub gives: Vec<String>,
    /// Titles under “You get”.
    pub gets: Vec<String>,
    /// A sentence with the date in the reader's own zone.
    pub deadline: Option<String>,
    /// None when there is nothing to do.
    pub button: Option<Button>,
    /// Quiet words at the end.
    pub note: Option<String>,
    /// Whether the mail can be turned off, and says where.
    pub optional: bool,
}

/// A letter set in HTML.
#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a>(Page<'a>);

/// A letter set in plain text.
#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a>(Page<'a>);

/// A letter and what stands around it.
#[derive(Clone, Copy)]
struct Page<'a> {
    letter: &'a Content,
    home: &'a str,
    preferences: Option<&'a str>,
}

impl Content {
    /// Sets the letter in both forms.
    pub fn render(&self, settings: &Settings) -> Rendered {
        let home = settings.link("/");
        let preferences = self
            .optional
            .then(|| settings.link(dogear_urls::NOTIFICATION_SETTINGS));
        let page = Page {
            letter: self,
            home: &home,
            preferences: preferences.as_deref(),
        };
        Rendered {
            subject: self.subject.clone(),
            text: set(&Text(page)),
            html: set(&Html(page)),
            calendar: None,
        }
    }

    fn with_button(mut self, label: &str, link: &str) -> Self {
        self.button = Some(Button {
            label: label.into(),
            link: link.into(),
        });
        self
    }

    fn with_note(mut self, note: &str) -> Self {
        self.note = Some(note.into());
        self
    }
}

fn set(template: &impl Template) -> String {
    // Writing into a string fails only when a value's `Display` does, and all values are strings.
    template.render().unwrap_or_default()
}

fn content(subject: &str, heading: impl Into<String>, paragraphs: &[&str]) -> Content {
    Content {
        subject: subject.into(),
        heading: heading.into(),
        paragraphs: paragraphs.iter().map(|&text| text.to_owned()).collect(),
        ..Content::default()
    }
}

/// To a new member: the link that confirms the address. It names nobody: whoever reads it may
/// never have heard of the one who typed the address, and of the words they chose.
pub fn verify_email(settings: &Settings, link: &str) -> Rendered {
    content(
        "Confirm your e-mail address",
        "Welcome to Dogear.",
        &["Confirm that this address is yours. Then you can list books and propose trades."],
    )
    .with_button("Confirm my address", link)
    .with_note("If you did not register at Dogear, do nothing: without this step the account cannot be used.")
    .render(settings)
}

/// A sentence to somebody, who is named only when they have confirmed their address.
fn to(name: Option<&str>, sentence: &str) -> String {
    if let Some(name) = name {
        return format!("{name}, {sentence}");
    }
    let (first, rest) = sentence.split_at(1);
    first.to_uppercase() + rest
}

/// To somebody who registered with an address that already has an account.
pub fn already_registered(settings: &Settings, name: Option<&str>, log_in_link: &str) -> Rendered {
    content(
        "You already have an account",
        to(name, "you already have an account."),
        &[
            "Somebody, perhaps you, has just tried to register at Dogear with this address. No second account was made.",
            "If it was you, log in. If you have forgotten your password, ask for a new one on the same page.",
        ],
    )
    .with_button("Log in", log_in_link)
    .with_note("If it was not you, there is nothing to do: your account has not changed.")
    .render(settings)
}

/// The link that sets a new password; `lasts` is how long it works, e.g. `30 minutes`.
pub fn reset_password(
    settings: &Settings,
    name: Option<&str>,
    link: &str,
    lasts: &str,
) -> Rendered {
    let works = format!("The link works once, within {lasts}.");
    content(
        "Choose a new password",
        to(name, "choose a new password."),
        &[
            "Somebody, hopefully you, has asked for a new password for your account.",
            &works,
        ],
    )
    .with_button("Choose a new password", link)
    .with_note("If you did not ask for it, do nothing: your password stays as it is.")
    .render(settings)
}

/// After a password was changed or reset.
pub fn password_changed(settings: &Settings, name: &str, reset_link: &str) -> Rendered {
    content(
        "Your password was changed",
        format!("{name}, your password was changed."),
        &["All other sessions of your account were ended."],
    )
    .with_button("It was not me: choose a new password", reset_link)
    .with_note("If it was you, there is nothing to do.")
    .render(settings)
}

/// To the new address: the link that makes it the account's. Names nobody, as [`verify_email`].
pub fn email_change_confirm(settings: &Settings, link: &str) -> Rendered {
    content(
        "Confirm your new e-mail address",
        "Confirm your new address.",
        &["You asked us to write to this address from now on. It takes effect when you confirm it."],
    )
    .with_button("Use this address", link)
    .with_note("If you have no account at Dogear, do nothing: without this step nothing changes.")
    .render(settings)
}

/// To the old address: that it is about to be replaced.
pub fn email_change_notice(
    settings: &Settings,
    name: &str,
    new_address: &str,
    settings_link: &str,
) -> Rendered {
    let what = format!(
        "Your account is to use {new_address} instead of this address, as soon as the new one is confirmed."
    );
    content(
        "Your e-mail address is being changed",
        format!("{name}, your e-mail address is being changed."),
        &[&what],
    )
    .with_button("It was not me: secure my account", settings_link)
    .with_note(
        "If it was you, there is nothing to do here. Open the link in the mail to the new address.",
    )
    .render(settings)
}

/// After deletion was asked for while parcels are on their way.
pub fn account_closing(settings: &Settings, name: &str, trades_link: &str) -> Rendered {
    content(
        "Your account is being closed",
        format!("{name}, your account is being closed."),
        &[
            "Your open proposals were withdrawn and your books are no longer listed.",
            "Books that are on their way have to arrive first. Finish these trades; then your personal data is erased, after 35 days at the latest.",
        ],
    )
    .with_button("See my running trades", trades_link)
    .render(settings)
}

/// After the personal data was erased.
pub fn account_closed(settings: &Settings, name: &str) -> Rendered {
    content(
        "Your account is closed",
        format!("{name}, your account is closed."),
        &["Your personal data was erased. Readers you traded with keep their trades, with “former member” in place of your name."],
    )
    .with_note("This is the last mail from us. Thank you for the books you passed on.")
    .render(settings)
}

/// What happened in a trade, to one of its parties. `button` leads to `path`, one of ours.
pub fn trade(settings: &Settings, what: Content, button: &str, path: &str) -> Rendered {
    Content {
        optional: true,
        ..what
    }
    .with_button(button, &settings.link(path))
    .render(settings)
}

/// A message from the moderators or about the safety of the account.
pub fn notice(
    settings: &Settings,
    subject: &str,
    heading: &str,
    paragraphs: &[&str],
    path: &str,
) -> Rendered {
    content(subject, heading, paragraphs)
        .with_button("Open Dogear", &settings.link(path))
        .render(settings)
}

/// To a moderator who wants to see whether mail leaves.
pub fn test(settings: &Settings) -> Rendered {
    content(
        "A test mail",
        "Mail leaves this site.",
        &["You asked for this mail on the moderators’ desk. There is nothing to do."],
    )
    .with_button(
        "Back to the desk",
        &settings.link(dogear_urls::ADMIN_OVERVIEW),
    )
    .render(settings)
}
