//! `bench`: how fast pages are, beside what this machine can do at most.
//!
//! For each page four servers answer with the same bytes, one after the other,
//! under the same load: L0 a static body, L1 that after the page's SQL, L2 the
//! SQL and the plain writing of the page's strings, and Dogear itself.

mod database;
mod load;
mod log_ins;
mod plain;
mod relevance;
mod report;
mod search;
mod seats;
mod statements;
mod subjects;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use clap::Args;
use dogear_app::{AppState, Assets};
use dogear_server::Services;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use dogear::commands::{Failure, platform::Platform, serve};
use dogear::config::Config;
use dogear::web;
use load::{Figures, load};
use report::Row;
use subjects::{Subject, subjects};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The book page, the browse page, those of events, log-ins, sizes and memory.
    Pages,
    /// Import of a catalogue and search in it.
    Search,
    /// Seats at events: how many are taken a second, and with a long waiting list.
    Seats,
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[arg(value_enum, default_value = "pages")]
    what: What,
    /// Sizes of the catalogue, in editions.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    editions: Vec<usize>,
    /// Pages to measure (book, book-reviews, browse, event, events, reading, checkout, log-in); all when left out.
    #[arg(long, value_delimiter = ',')]
    pages: Vec<String>,
    /// Length of each measurement.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Connections kept busy.
    #[arg(long, default_value_t = 16)]
    busy: u32,
    /// Where the JSON files go.
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
}

/// Measures and prints; see the module.
pub(crate) async fn run(mut config: Config, options: Options) -> Result<(), Failure> {
    if options.what != What::Search {
        load::available()?;
    }
    config.rate_limit_factor = 1_000_000;
    config
        .smtp_url
        .get_or_insert_with(|| "smtp://127.0.0.1:1".into());
    if options.what == What::Search {
        return search::run(&config, &options.editions, &options.out).await;
    }
    let assets = serve::read_assets(&config)?;
    if options.what == What::Seats {
        return seats::run(&config, &options, &assets).await;
    }
    let mut rows = Vec::new();
    for &editions in &options.editions {
        let database = database::prepare(&config, editions).await?;
        let sized = database.config(&config);
        let measured = measure(&sized, &options, editions, &assets).await;
        database.stop().await;
        rows.extend(measured?);
    }
    report::print(&rows);
    report::sizes(&config.site_root)?;
    report::write(&rows, &options.out)?;
    Ok(())
}

async fn measure(
    config: &Config,
    options: &Options,
    editions: usize,
    assets: &Assets,
) -> Result<Vec<Row>, Failure> {
    let platform = Platform::start(config).await?;
    platform.migrate().await?;
    let services = platform.services(config, "http://127.0.0.1".parse()?)?;
    let stop = CancellationToken::new();
    let site = |page_cache| site(&services, assets, config, page_cache, &stop);
    let router = site(Duration::ZERO);
    let (address, serving) = open(router.clone(), &stop).await?;
    let kept_for = Duration::from_secs(config.page_cache_seconds);
    let (keeping_address, keeping) = open(site(kept_for), &stop).await?;
    let cookie = database::sign_in_first(&services).await?;
    subjects::fill_library(&services).await?;
    subjects::fill_cart(&services).await?;
    let idle = report::resident_kib();
    let mut rows = Vec::new();
    for subject in subjects(&services).await? {
        if !options.pages.is_empty() && !options.pages.iter().any(|name| name == subject.name) {
            continue;
        }
        for signed_in in [false, true] {
            if subject.signed_in && !signed_in {
                continue;
            }
            let cookie = signed_in.then_some(cookie.as_str());
            eprintln!(
                "measuring {} with {editions} editions, signed in: {signed_in}",
                subject.name
            );
            let answer = statements::count(&router, &subject.path, cookie).await?;
            let app = load(
                &format!("http://{address}{}", subject.path),
                cookie,
                options,
            )
            .await?;
            let kept = if signed_in {
                None
            } else {
                let url = format!("http://{keeping_address}{}", subject.path);
                Some(load(&url, None, options).await?.rate)
            };
            let [l0, l1, l2] = ladder(&services, &subject, &answer.body, options).await?;
            rows.push(Row {
                page: subject.name.into(),
                editions,
                signed_in,
                l0: l0.rate,
                l1: l1.rate,
                l2: l2.rate,
                app: app.rate,
                kept,
                p50_ms: app.p50_ms,
                p99_ms: app.p99_ms,
                bytes: answer.body.len(),
                sql: answer.statements,
            });
        }
    }
    if options.pages.is_empty() || options.pages.iter().any(|name| name == "log-in") {
        log_ins::measure(&services, &format!("http://{address}"), options).await?;
    }
    let crowded = options_with(options, 200);
    if let Some(subject) = subjects(&services).await?.first() {
        load(&format!("http://{address}{}", subject.path), None, &crowded).await?;
        println!(
            "resident memory: {:.1} MB idle with {editions} editions, {:.1} MB after 200 connections",
            idle as f64 / 1024.0,
            report::resident_kib() as f64 / 1024.0
        );
    }
    stop.cancel();
    serving.await?;
    keeping.await?;
    drop(services);
    platform.stop().await;
    Ok(rows)
}

/// The site, which keeps pages for visitors for that long.
fn site(
    services: &Arc<Services>,
    assets: &Assets,
    config: &Config,
    page_cache: Duration,
    stop: &CancellationToken,
) -> Router {
    web::router(web::Site {
        state: AppState {
            services: Arc::clone(services),
            assets: Arc::new(assets.clone()),
            dev_mailbox: None,
        },
        site_root: config.site_root.clone(),
        hashed_files: config.site_root.join("pkg"),
        trusted_proxies: Arc::from([]),
        api_origins: dogear::web::ApiOrigins::default(),
        page_cache,
        tracker: TaskTracker::new(),
        stopping: stop.clone(),
    })
}

/// Answers on a port of its own until `stop`.
async fn open(
    router: Router,
    stop: &CancellationToken,
) -> Result<(SocketAddr, JoinHandle<()>), Failure> {
    let listener = web::bind("127.0.0.1:0".parse()?, false).await?;
    let address = listener.local_addr()?;
    let unlimited = web::Connections::unlimited();
    let serving = tokio::spawn(web::serve(listener, router, unlimited, stop.clone()));
    Ok((address, serving))
}

fn options_with(options: &Options, busy: u32) -> Options {
    Options {
        what: options.what,
        editions: Vec::new(),
        pages: Vec::new(),
        seconds: options.seconds,
        busy,
        out: options.out.clone(),
    }
}

/// The three reference servers for one page, on a port of their own.
async fn ladder(
    services: &Arc<Services>,
    subject: &Subject,
    body: &str,
    options: &Options,
) -> Result<[Figures; 3], Failure> {
    let html = || [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    let fields = (subject.load)(Arc::clone(services)).await?;
    let template = Arc::new(plain::Template::new(body, &fields)?);
    let page: axum::body::Bytes = body.to_owned().into();
    let l0 = {
        let page = page.clone();
        move || async move { (html(), page) }
    };
    let l1 = {
        let (services, load) = (Arc::clone(services), Arc::clone(&subject.load));
        move || async move {
            // An answer that fails would be fast: it must not count.
            load(services)
                .await
                .map(|_| (html(), page))
                .map_err(|_| axum::http::StatusCode::INTERNAL_SERVER_ERROR)
        }
    };
    let l2 = {
        let (services, load) = (Arc::clone(services), Arc::clone(&subject.load));
        move || async move {
            load(services)
                .await
                .map(|fields| (html(), template.fill(&fields)))
                .map_err(|_| axum::http::StatusCode::INTERNAL_SERVER_ERROR)
        }
    };
    let router = Router::new()
        .route("/l0", get(l0))
        .route("/l1", get(l1))
        .route("/l2", get(l2));
    let stop = CancellationToken::new();
    let (address, serving) = open(router, &stop).await?;
    let mut figures = Vec::new();
    for level in ["l0", "l1", "l2"] {
        figures.push(load(&format!("http://{address}/{level}"), None, options).await?);
    }
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(30), serving).await??;
    figures
        .try_into()
        .map_err(|_| "three levels were measured".into())
}
