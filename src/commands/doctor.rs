//! `dogear doctor`: looks at every dependency and says cause and cure.

use std::time::Duration;

use dogear_server::db;
use fred::interfaces::ClientLike;

use super::Failure;
use super::platform::{Platform, connect_redis};
use crate::config::Config;

pub async fn run(config: Config) -> Result<(), Failure> {
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
    match (&config.database_url, &config.redis_url) {
        (Some(database), Some(redis)) => {
            tell("PostgreSQL", postgres(database).await);
            tell("Redis", redis_answers(redis).await);
        }
        _ => match Platform::start(&config).await {
            Ok(platform) => {
                tell(
                    "PostgreSQL and Redis",
                    Ok("the private ones start and answer".into()),
                );
                tell("schema", schema(&platform.db).await);
                platform.stop().await;
            }
            Err(failure) => tell(
                "PostgreSQL and Redis",
                Err((
                    failure.to_string(),
                    "Set DATABASE_URL and REDIS_URL, or do what the message says.",
                )),
            ),
        },
    }
    match &config.smtp_url {
        Some(url) => tell("mail", mail(url).await),
        None => tell("mail", Ok("caught in this process (development)".into())),
    }
    if ill == 0 {
        println!("All is well.");
        Ok(())
    } else {
        Err(format!("{ill} of these need attention.").into())
    }
}

type Finding = Result<String, (String, &'static str)>;

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

async fn redis_answers(url: &str) -> Finding {
    let cure = "Check REDIS_URL: is the server up, is the password right? Dogear needs Redis 7.";
    let client = connect_redis(url)
        .await
        .map_err(|error| (error.to_string(), cure))?;
    client
        .ping::<()>(None)
        .await
        .map_err(|error| (error.to_string(), cure))?;
    Ok("answers".into())
}

async fn mail(url: &str) -> Finding {
    let cure = "Check DOGEAR_SMTP_URL, and that this machine may connect there.";
    let url = url::Url::parse(url).map_err(|error| (error.to_string(), cure))?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url
        .port()
        .unwrap_or(if url.scheme() == "smtps" { 465 } else { 587 });
    match tokio::time::timeout(
        Duration::from_secs(5),
        tokio::net::TcpStream::connect((host.as_str(), port)),
    )
    .await
    {
        Ok(Ok(_)) => Ok(format!("{host}:{port} accepts connections")),
        Ok(Err(error)) => Err((format!("{host}:{port}: {error}"), cure)),
        Err(_) => Err((format!("{host}:{port} does not answer in 5 seconds"), cure)),
    }
}
