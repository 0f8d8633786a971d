//! `dogear doctor`: looks at every dependency and says cause and cure.

use dogear_server::moderation::records;
use dogear_server::{copies, db, mail};
use fred::interfaces::ClientLike;
use fred::types::InfoKind;

use super::Failure;
use super::platform::{WithoutRedis, connect_redis};
use crate::config::Config;
use crate::embedded::{self, Embedded, EmbeddedError};

/// The extensions of PostgreSQL that the schema uses.
const EXTENSIONS: &[&str] = &["citext", "pg_trgm", "unaccent"];

/// How closely to look.
#[derive(clap::Args)]
pub(super) struct Options {
    /// Read the whole audit log, and all trades, too: whether what is kept fits together.
    #[arg(long)]
    deep: bool,
}

pub(super) async fn run(config: Config, options: Options) -> Result<(), Failure> {
    let mut ill = 0;
    let mut tell = |what: &str, outcome: Result<String, (String, &str)>| match outcome {
        Ok(fine) => println!("ok    {what}: {fine}"),
        Err((cause, cure)) => {
            ill += 1;
            println!("WRONG {what}: {cause}\n      {cure}");
        }
    };
    tell("data folder", data_folder(&config));
    tell("built site", built_site(&config));
    if let Some(url) = &config.database_url {
        let found = postgres(url).await;
        let well = found.is_ok();
        tell("PostgreSQL", found);
        // Of another schema nothing can be said.
        if well {
            tell("photos", photos(&config, url).await);
            if options.deep {
                tell("records", records(url).await);
            }
        }
    }
    if let Some(url) = &config.redis_url {
        tell("Redis", redis_answers(url).await);
    }
    let postgres = config.database_url.is_none();
    let redis = config.redis_url.is_none();
    if postgres || redis {
        let what = match (postgres, redis) {
            (true, true) => "private PostgreSQL and Redis",
            (true, false) => "private PostgreSQL",
            _ => "private Redis",
        };
        match private(&config, postgres, redis).await {
            Ok((fine, services)) => {
                tell(what, Ok(fine));
                if options.deep && services.is_none() {
                    let cause = "not looked at, since that Dogear has the database";
                    tell("records", Err((cause.to_owned(), STOP_IT)));
                }
                if let Some(url) = services.as_ref().and_then(Embedded::database_url) {
                    let found = self::postgres(url).await;
                    let well = found.is_ok();
                    tell("PostgreSQL", found);
                    if well {
                        tell("photos", photos(&config, url).await);
                        if options.deep {
                            tell("records", records(url).await);
                        }
                    }
                }
                if let Some(url) = services.as_ref().and_then(Embedded::redis_url) {
                    tell("Redis", redis_answers(url).await);
                }
                if let Some(services) = services {
                    services.stop().await;
                }
            }
            Err(finding) => tell(what, Err(finding)),
        }
    }
    match &config.smtp_url {
        Some(url) => tell("mail", mail_server(url).await),
        None => tell("mail", Ok("caught in this process (development)".into())),
    }
    let online = match config.payments() {
        Some(_) => "on, at Stripe; its webhook is /webhooks/payments/stripe",
        None => "off",
    };
    tell("paying online", Ok(online.into()));
    if ill == 0 {
        println!("All is well.");
        Ok(())
    } else {
        Err(format!("{ill} of these need attention.").into())
    }
}

/// What helps when a running Dogear has the private services.
const STOP_IT: &str = "Stop it and run this again, or read on the Overview of the moderators’ desk what the last night’s check has found.";

type Finding = Result<String, (String, &'static str)>;

/// Starts the private services, unless a Dogear that is running has them.
async fn private(
    config: &Config,
    postgres: bool,
    redis: bool,
) -> Result<(String, Option<Embedded>), (String, &'static str)> {
    match embedded::start(&config.data_dir, postgres, redis).await {
        Ok(services) => Ok(("they start".into(), Some(services))),
        Err(EmbeddedError::InUse { pid, .. }) => {
            let who = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
            Ok((format!("in use by the Dogear that is running{who}"), None))
        }
        Err(error) => Err((
            error.to_string(),
            "Set DATABASE_URL and REDIS_URL, or do what the message says.",
        )),
    }
}

fn data_folder(config: &Config) -> Finding {
    let cure = "Create it and give it to the user Dogear runs as, or set DOGEAR_DATA_DIR.";
    let probe = config.data_dir.join(".doctor");
    std::fs::create_dir_all(&config.data_dir)
        .and_then(|()| std::fs::write(&probe, b"x"))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| (error.to_string(), cure))?;
    Ok(format!("{} can be written", config.data_dir.display()))
}

fn built_site(config: &Config) -> Finding {
    let path = config.site_root.join("assets.json");
    if path.exists() {
        Ok(config.site_root.display().to_string())
    } else {
        Err((
            format!("{} is missing", path.display()),
            "Build it with: cargo xtask build",
        ))
    }
}

/// Whether every photo that the database knows has whole files.
async fn photos(config: &Config, url: &str) -> Finding {
    let folder = config.data_dir.join("photos");
    let cure = "Put the files back from a backup of the data folder, or ask the owners to add the photos again.";
    let look = async {
        let db = db::connect(url, 2).await?;
        if !folder.try_exists()? {
            // It is made with the first photo, and by the user Dogear runs as.
            let nothing = object_store::memory::InMemory::new();
            return Ok::<_, Failure>(copies::check_photos(&db, &nothing).await?);
        }
        let store = object_store::local::LocalFileSystem::new_with_prefix(&folder)?;
        Ok(copies::check_photos(&db, &store).await?)
    };
    let found = look.await.map_err(|error| {
        (
            error.to_string(),
            "See whether the folder can be read by the user Dogear runs as.",
        )
    })?;
    if found.damaged.is_empty() {
        return Ok(format!("{}, all with whole files", found.photos));
    }
    let some = found.damaged.iter().take(5).map(ToString::to_string);
    Err((
        format!(
            "{} of {} have no whole files in {}: {}",
            found.damaged.len(),
            found.photos,
            folder.display(),
            some.collect::<Vec<_>>().join(", ")
        ),
        cure,
    ))
}

/// Whether what the site keeps fits together.
async fn records(url: &str) -> Finding {
    let look = async {
        let db = db::connect(url, 2).await?;
        let look = records::look(&db).await?;
        db.close().await;
        Ok::<_, Failure>(look)
    };
    let look = look.await.map_err(|error| {
        (
            error.to_string(),
            "Run this again; when it takes too long, at an hour at which the site rests.",
        )
    })?;
    if look.findings.is_empty() {
        return Ok(format!(
            "{} entries of the audit log and all trades fit together",
            look.entries
        ));
    }
    Err((
        look.findings.join("\n      "),
        "Somebody or something has changed the database past Dogear. Compare with a backup, and keep both.",
    ))
}

async fn postgres(url: &str) -> Finding {
    let cure = "Check DATABASE_URL: is the server up, do user, password and database exist?";
    let pool = db::connect(url, 2)
        .await
        .map_err(|error| (error.to_string(), cure))?;
    let version: i32 = sqlx::query_scalar("select current_setting('server_version_num')::int")
        .fetch_one(&pool)
        .await
        .map_err(|error| (error.to_string(), cure))?;
    if version < 150_000 {
        return Err((
            format!("version {} is too old", version / 10_000),
            "Dogear needs PostgreSQL 15 or later.",
        ));
    }
    let missing: Vec<String> = sqlx::query_scalar(
        "select wanted from unnest($1::text[]) wanted
         where not exists (select from pg_available_extensions where name = wanted)",
    )
    .bind(EXTENSIONS)
    .fetch_all(&pool)
    .await
    .map_err(|error| (error.to_string(), cure))?;
    if !missing.is_empty() {
        return Err((
            format!("without the extensions {}", missing.join(", ")),
            "Install PostgreSQL's contrib package on its machine, e.g. postgresql-contrib.",
        ));
    }
    let schema = schema(&pool).await;
    pool.close().await;
    schema.map(|state| format!("version {}, {state}", version / 10_000))
}

async fn schema(pool: &sqlx::PgPool) -> Finding {
    let wanted = db::MIGRATOR.iter().count() as i64;
    let done: i64 = sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
        .fetch_one(pool)
        .await
        .unwrap_or(0);
    if done == wanted {
        Ok(format!("{done} migrations done"))
    } else {
        Err((
            format!("{done} of {wanted} migrations done"),
            "Run: dogear migrate",
        ))
    }
}

/// The oldest Redis that will do.
const REDIS: u32 = 7;

async fn redis_answers(url: &str) -> Finding {
    let cure = "Check REDIS_URL: is the server up, is the password right? Dogear needs Redis 7.";
    let client = connect_redis(url, WithoutRedis::Fail)
        .await
        .map_err(|error| (error.to_string(), cure))?;
    let about: String = client
        .info(Some(InfoKind::Server))
        .await
        .map_err(|error| (error.to_string(), cure))?;
    let version = version_of(&about);
    let major: u32 = version
        .split('.')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0);
    if major < REDIS {
        return Err((
            format!("version {version} is too old"),
            "Dogear needs Redis 7 or later.",
        ));
    }
    Ok(format!("version {version}"))
}

/// The version in what Redis says about itself.
fn version_of(about: &str) -> &str {
    about
        .lines()
        .find_map(|line| line.strip_prefix("redis_version:"))
        .map_or("unknown", str::trim)
}

async fn mail_server(url: &str) -> Finding {
    match mail::check_smtp(url).await {
        Ok(()) => Ok("the server greets us, and lets us in where it asks who we are".into()),
        Err(cause) => Err((
            cause,
            "Check DOGEAR_SMTP_URL, user and password in it, and that this machine may connect there.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use dogear_server::testing::TestSite;

    use super::*;

    #[tokio::test]
    async fn what_the_tests_stand_on_is_well() {
        let site = TestSite::new().await;
        let found = postgres(&site.database_url).await.expect("it is well");
        assert!(found.contains("migrations done"), "{found}");
        let found = redis_answers(&site.redis_url).await.expect("it is well");
        assert!(found.starts_with("version "), "{found}");
        mail_server(&site.dev_mailbox.smtp_url())
            .await
            .expect("the catcher greets");
    }

    #[tokio::test]
    async fn a_port_that_says_nothing_of_mail_is_no_mail_server() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                drop(stream);
            }
        });
        assert!(
            mail_server(&format!("smtp://127.0.0.1:{port}"))
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn private_services_of_a_running_dogear_are_fine() {
        use clap::Parser;
        #[derive(Parser)]
        struct Cli {
            #[command(flatten)]
            config: Config,
        }
        let folder = tempfile::tempdir().expect("a folder");
        let lock = std::fs::File::create(folder.path().join("services.lock")).expect("a lock");
        lock.lock().expect("it is free");
        let mut config = Cli::parse_from(["dogear"]).config;
        config.data_dir = folder.path().to_owned();
        let (fine, services) = private(&config, true, true).await.expect("it is well");
        assert!(fine.contains("in use by the Dogear"), "{fine}");
        assert!(services.is_none());
    }

    #[tokio::test]
    async fn c03_the_records_are_read_when_asked() {
        let site = TestSite::new().await;
        let sound = records(&site.database_url).await.expect("it is well");
        assert!(sound.contains("0 entries of the audit log"), "{sound}");
        sqlx::query(
            "insert into audit_log (action, subject_kind, hash)
             values ('role.grant', 'member', sha256('x'))",
        )
        .execute(&site.services.db)
        .await
        .expect("written past Dogear");
        let (cause, _) = records(&site.database_url)
            .await
            .expect_err("it was forged");
        assert!(
            cause.contains("does not fit together at entry 1"),
            "{cause}"
        );
    }

    #[test]
    fn the_version_of_redis_is_read() {
        assert_eq!(
            version_of("# Server\r\nredis_version:7.0.15\r\nx:y\r\n"),
            "7.0.15"
        );
        assert_eq!(version_of(""), "unknown");
    }
}
