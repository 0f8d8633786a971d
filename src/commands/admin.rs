//! `dogear admin`: accounts in the hands of the operator.

use std::io::{BufRead, IsTerminal, Write};

use clap::{Args, Subcommand, ValueEnum};
use dogear_domain::accounts::Role;
use dogear_server::accounts::operator::{self, NewAccount};
use dogear_server::moderation::first_events;
use dogear_server::{Cx, Error};

use super::Failure;
use super::platform::Platform;
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make an account that can administer the site.
    Create {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Their handle: 3 to 30 letters, digits, _ and -.
        #[arg(long)]
        handle: String,
        /// The name that others see. Unset: the handle.
        #[arg(long)]
        name: Option<String>,
        /// member, moderator or admin.
        #[arg(long, default_value = "admin")]
        role: Role,
        #[command(flatten)]
        password: PasswordOptions,
    },
    /// Give somebody more rights.
    Promote {
        /// Their handle or e-mail address.
        who: String,
        /// moderator or admin.
        #[arg(long, default_value = "admin")]
        to: Role,
    },
    /// Say whether the first event of a new host waits for a moderator.
    FirstEvents {
        /// Whether they wait, or are published at once.
        what: FirstEvents,
    },
    /// Take rights away. The last admin stays one.
    Demote {
        /// Their handle or e-mail address.
        who: String,
        /// member or moderator.
        #[arg(long, default_value = "member")]
        to: Role,
    },
    /// Set a password; all sessions of the account end.
    ResetPassword {
        /// Their handle or e-mail address.
        who: String,
        #[command(flatten)]
        password: PasswordOptions,
    },
}

/// What becomes of the first event of a new host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FirstEvents {
    /// A moderator looks at it before others see it.
    Wait,
    /// It is published at once.
    Publish,
}

#[derive(Debug, Args)]
struct PasswordOptions {
    /// Make up a password and print it, instead of reading one from standard input.
    #[arg(long)]
    generate: bool,
}

pub(super) async fn run(config: Config, options: Options) -> Result<(), Failure> {
    // Asked for before anything is started, so that nobody waits for the prompt.
    let (action, password) = match options.action {
        Action::Create { ref password, .. } | Action::ResetPassword { ref password, .. } => {
            let password = choose_password(password.generate)?;
            (options.action, password)
        }
        action => (action, String::new()),
    };
    let platform = Platform::start(&config).await?;
    let done = match platform.migrate().await {
        Ok(()) => act(&platform, &config, action, password).await,
        Err(failure) => Err(failure),
    };
    platform.stop().await;
    println!("{}", done?);
    Ok(())
}

/// Does it, and says what was done.
async fn act(
    platform: &Platform,
    config: &Config,
    action: Action,
    password: String,
) -> Result<String, Failure> {
    let cx = Cx::system(platform.services(config, config.own_url()?)?);
    let done = match action {
        Action::Create {
            email,
            handle,
            name,
            role,
            ..
        } => {
            let new = NewAccount {
                display_name: name.unwrap_or_else(|| handle.clone()),
                email,
                handle,
                password,
                role,
            };
            operator::create(&cx, &new)
                .await
                .map(|_| format!("{} can log in now, as {}.", new.handle, role))
        }
        Action::FirstEvents { what } => {
            let wait = what == FirstEvents::Wait;
            first_events::set_wait_by_operator(&cx, wait)
                .await
                .map(|()| {
                    let done = if wait {
                        "wait for a moderator"
                    } else {
                        "are published at once"
                    };
                    format!("First events of new hosts {done}.")
                })
        }
        Action::Promote { who, to } => change(&cx, &who, to, true).await,
        Action::Demote { who, to } => change(&cx, &who, to, false).await,
        Action::ResetPassword { who, .. } => operator::reset_password(&cx, &who, &password)
            .await
            .map(|()| format!("The password of {who} is set; all its sessions have ended.")),
    };
    done.map_err(in_words)
}

async fn change(cx: &Cx, who: &str, to: Role, up: bool) -> Result<String, Error> {
    let now = operator::role(cx, who).await?;
    if now != to && (to > now) != up {
        let (done, instead) = if up {
            ("less", "demote")
        } else {
            ("more", "promote")
        };
        return Err(Error::Conflict(format!(
            "{who} is {now}: {to} would be {done}. Use: dogear admin {instead}"
        )));
    }
    operator::set_role(cx, who, to)
        .await
        .map(|was| format!("{who} was {was} and is {to} now."))
}

pub(super) fn in_words(error: Error) -> Failure {
    match error {
        Error::NotFound => "There is no account with this handle or e-mail address.".into(),
        Error::Invalid(errors) => errors
            .iter()
            .map(|(field, message)| format!("{field}: {message}"))
            .collect::<Vec<_>>()
            .join("\n")
            .into(),
        other => Box::new(other),
    }
}

/// From standard input, one line; or made up, and printed once.
fn choose_password(generate: bool) -> Result<String, Failure> {
    if generate {
        let password = operator::generate_password();
        println!("Password: {password}");
        return Ok(password);
    }
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint!("Password (shown as you type; --generate makes one up): ");
        std::io::stderr().flush()?;
    }
    let mut line = String::new();
    input.lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
