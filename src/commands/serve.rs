//! `dogear serve`: the site, and the worker beside it.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use dogear_app::{AppState, Assets};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::platform::{Platform, WithoutRedis};
use super::{Failure, asked_to_stop, worker};
use crate::config::Config;
use crate::web::{self, ApiOrigins};

/// After it was asked to stop, requests and jobs have so long to end.
pub(super) const CLOSING: Duration = Duration::from_secs(20);

/// Files that are open beside readers' connections, at most.
const OTHER_FILES: u64 = 256;
/// So many connections there may always be.
const FEWEST: usize = 16;
/// More files than this are never asked for.
const MOST_FILES: u64 = 65_536;

/// The worker's task.
type Working = JoinHandle<Result<(), Failure>>;

#[derive(Debug, Args)]
pub struct Options {
    /// Serve only: run `dogear worker` elsewhere.
    #[arg(long)]
    no_worker: bool,
    /// Load the demo community first, when the site is empty.
    #[arg(long)]
    demo: bool,
    /// Leave the schema as it is: `dogear migrate` is run separately.
    #[arg(long)]
    no_migrate: bool,
}

/// Serves the site until it is asked to stop.
///
/// # Errors
/// A sentence for whoever started it.
pub async fn run(config: Config, options: Options) -> Result<(), Failure> {
    let assets = read_assets(&config)?;
    let listener = web::bind(config.listen, !config.production)
        .await
        .map_err(|error| format!("{} cannot be listened on: {error}", config.listen))?;
    let address = listener.local_addr()?;
    let platform = Platform::start_with(&config, WithoutRedis::GoOn).await?;
    if !options.no_migrate {
        platform.migrate().await?;
    }
    let base_url = match config.base_url.clone() {
        Some(url) => url,
        None => Url::parse(&format!("http://{address}"))?,
    };
    let services = platform.services(&config, base_url.clone())?;
    if options.demo {
        super::seed::demo(&services).await?;
    }
    // A data folder that takes no more files must not keep the site from opening.
    let built = config.site_root.join("pkg");
    let hashed_files = web::keep_files(&built, &config.data_dir).unwrap_or_else(|error| {
        tracing::warn!(%error, "the built files are served from their own folder: replacing it undresses the running site");
        built
    });
    let stop = CancellationToken::new();
    let tracker = TaskTracker::new();
    let router = web::router(web::Site {
        state: AppState {
            services: Arc::clone(&services),
            assets: Arc::new(assets),
            dev_mailbox: platform.dev_mailbox.clone(),
        },
        site_root: config.site_root.clone(),
        hashed_files,
        trusted_proxies: config.trusted_proxies.clone().into(),
        api_origins: ApiOrigins::parse(&config.api_origins)?,
        page_cache: Duration::from_secs(config.page_cache_seconds),
        tracker: tracker.clone(),
        stopping: stop.clone(),
    });
    let mut worker = (!options.no_worker)
        .then(|| tokio::spawn(worker::work(Arc::clone(&services), stop.clone())));
    println!("Dogear is open at {base_url}");
    if options.demo {
        super::seed::print_log_ins(&services).await?;
    }
    if platform.dev_mailbox.is_some() && services.settings.development {
        println!("Mail is caught, not sent: read it at {base_url}dev/mail");
    }
    let connections = web::Connections {
        in_all: config.connections.min(open_files()),
        per_address: config.connections_per_address,
        proxies: config.trusted_proxies.clone().into(),
    };
    let serving = tokio::spawn(web::serve(listener, router, connections, stop.clone()));
    // A site whose mail never leaves is worse than one that is started again.
    let failed = tokio::select! {
        () = asked_to_stop() => None,
        ended = until_end(&mut worker) => Some(worker::ended_by_itself(ended)),
        failure = platform.failed() => Some(failure),
    };
    println!("Closing: letting open requests end.");
    stop.cancel();
    let requests = async {
        let served = serving.await;
        tracker.close();
        tracker.wait().await;
        served
    };
    // Each by itself: what the worker says is not lost to a request that hangs. One that has
    // ended already has said it.
    let jobs = end_of(worker.filter(|_| failed.is_none()));
    let (requests, jobs) = tokio::join!(
        tokio::time::timeout(CLOSING, requests),
        tokio::time::timeout(CLOSING, jobs),
    );
    if requests.is_err() || jobs.is_err() {
        tracing::warn!("some requests or jobs did not end in time and are broken off");
    }
    drop(services);
    platform.stop().await;
    if let Some(failure) = failed {
        return Err(failure);
    }
    if let Ok(served) = requests {
        served?;
    }
    jobs.unwrap_or(Ok(()))
}

/// How many connections there may be before none is left for files, PostgreSQL and Redis. The
/// system allows few at first, and more when it is asked.
fn open_files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let more = Rlimit {
        current: limit.maximum.map(|most| most.min(MOST_FILES)),
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, more) {
        tracing::debug!(%error, "no more files may be opened");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(MOST_FILES);
    let left = left_for_connections(files);
    if left == FEWEST {
        tracing::warn!(
            files,
            "the system allows few open files: raise LimitNOFILE, or ulimit -n"
        );
    }
    left
}

/// Of so many open files, those for connections of readers: never none, or nobody would be let in.
fn left_for_connections(files: u64) -> usize {
    let left = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
    left.max(FEWEST)
}

/// How the worker ends that was asked to.
async fn end_of(worker: Option<Working>) -> Result<(), Failure> {
    match worker {
        Some(worker) => worker.await?,
        None => Ok(()),
    }
}

/// The end of the worker; never comes when there is none.
async fn until_end(worker: &mut Option<Working>) -> Result<Result<(), Failure>, JoinError> {
    match worker {
        Some(worker) => worker.await,
        None => std::future::pending().await,
    }
}

/// The files of the built site, by name.
///
/// # Errors
/// When the site is not built.
pub fn read_assets(config: &Config) -> Result<Assets, Failure> {
    let path = config.site_root.join("assets.json");
    let json = std::fs::read_to_string(&path).map_err(|error| {
        format!(
            "The built site is missing ({}: {error}). Build it with: cargo xtask build",
            path.display()
        )
    })?;
    Ok(Assets::parse(&json)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_open_files_leave_room_for_some_connections() {
        for (files, left) in [(0, FEWEST), (100, FEWEST), (256, FEWEST), (1024, 768)] {
            assert_eq!(left_for_connections(files), left, "{files}");
        }
    }
}
