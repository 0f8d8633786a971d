//! `dogear migrate`.

use super::Failure;
use super::platform::{connect_database, migrate};
use crate::config::Config;
use crate::embedded::{self, Embedded};

pub(super) async fn run(config: Config) -> Result<(), Failure> {
    // Only PostgreSQL is needed, and no other service is started.
    let embedded = match config.database_url {
        Some(_) => None,
        None => Some(embedded::start(&config.data_dir, true, false).await?),
    };
    let url = config
        .database_url
        .as_deref()
        .or(embedded.as_ref().and_then(Embedded::database_url));
    let migrated = async {
        let db = connect_database(url, &config).await?;
        let migrated = migrate(&db).await;
        db.close().await;
        migrated
    }
    .await;
    if let Some(embedded) = embedded {
        for notice in embedded.notices() {
            eprintln!("{notice}");
        }
        embedded.stop().await;
    }
    migrated?;
    println!("The database has this version's schema.");
    Ok(())
}
