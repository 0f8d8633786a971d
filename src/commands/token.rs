//! `dogear token`: access tokens for scripts of the operator.

use clap::{Args, Subcommand};
use dogear_domain::access_tokens::Scope;
use dogear_server::access_tokens::{TokenForm, operator};
use dogear_server::{Cx, Error};
use uuid::Uuid;

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
    /// Make a token that acts in the name of a member, and print it. It is printed this once.
    Create {
        /// The member's handle or e-mail address.
        who: String,
        /// What the token is for.
        #[arg(long)]
        name: String,
        /// What it opens: read, shelf, trade, orders, events, notify, desk; several with commas.
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<Scope>,
        /// For how many days: 7, 30, 90 or 365.
        #[arg(long, default_value = "90")]
        days: String,
    },
    /// List the tokens of a member that work.
    List {
        /// The member's handle or e-mail address.
        who: String,
    },
    /// End a token of a member at once.
    Revoke {
        /// The member's handle or e-mail address.
        who: String,
        /// Its id, as `list` prints it.
        id: Uuid,
    },
}

pub(super) async fn run(config: Config, options: Options) -> Result<(), Failure> {
    let platform = Platform::start(&config).await?;
    let done = match platform.migrate().await {
        Ok(()) => act(&platform, &config, options.action).await,
        Err(failure) => Err(failure),
    };
    platform.stop().await;
    println!("{}", done?);
    Ok(())
}

/// Does it, and says what was done.
async fn act(platform: &Platform, config: &Config, action: Action) -> Result<String, Failure> {
    let cx = Cx::system(platform.services(config, config.own_url()?)?);
    let done = match action {
        Action::Create {
            who,
            name,
            scopes,
            days,
        } => {
            let form = TokenForm {
                name,
                scopes: scopes.iter().map(ToString::to_string).collect(),
                days,
                password: String::new(),
            };
            operator::create(&cx, &who, &form)
                .await
                .map(|(id, token)| format!("{token}\nIts id is {id}."))
        }
        Action::List { who } => operator::list(&cx, &who).await.map(|tokens| {
            if tokens.is_empty() {
                return format!("{who} has no tokens.");
            }
            let lines = tokens.into_iter().map(|token| {
                let used = token
                    .last_used
                    .map_or("never used".into(), |at| format!("last used {at}"));
                format!(
                    "{}  …{}  {} ({}), until {}, {used}",
                    token.id, token.hint, token.name, token.scopes, token.expires_at
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        }),
        Action::Revoke { who, id } => operator::revoke(&cx, &who, id)
            .await
            .map(|name| format!("The token “{name}” does not work any more.")),
    };
    done.map_err(|error| match error {
        Error::NotFound => "There is no such member, or no such token of theirs.".into(),
        other => super::admin::in_words(other),
    })
}
