//! Seats a second: readers who all want one at the same evening, or at two hundred, through the
//! whole site; beside a bare handler, and `pgbench`, with the statements that cannot be left out.
//! And what a long waiting list does to those who give seats back, and to the page; and a race of
//! two thousand for twenty seats.

mod bare;
mod client;
mod pgbench;
mod race;

use std::net::SocketAddr;
use std::sync::Arc;

use dogear_app::Assets;
use dogear_domain::ids::{EventId, OccurrenceId, UserId};
use dogear_server::seed::evenings::{self, Evenings};
use dogear_server::{Cx, Services};
use dogear_urls as urls;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use client::{Call, send};
use dogear::commands::{Failure, platform::Platform};
use dogear::config::Config;

use super::load::load;
use super::{Options, database, open, site};

/// Who take a seat each, in one measurement.
const GUESTS: usize = 3_000;
/// Each figure is the middle one of so many.
const ROUNDS: usize = 3;
/// Who wait, in the long list; in the short one, as many as are promoted.
const WAITING: usize = 10_000;
/// Who give a seat back while others wait.
const GIVEN_BACK: usize = 1_000;
/// One's number, of those who are there.
const READERS: u32 = 12_000;

/// Rates in seats a second, times in milliseconds.
#[derive(Debug, Serialize)]
struct Row {
    evenings: usize,
    dogear: f64,
    bare: f64,
    pgbench: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// At half of that rate.
    half_p50_ms: f64,
    half_p99_ms: f64,
}

/// What is measured with.
struct Bench<'a> {
    cx: Cx,
    options: &'a Options,
    url: String,
    readers: Vec<UserId>,
    cookies: Vec<String>,
    dogear: SocketAddr,
    bare: SocketAddr,
}

/// Measures and prints; see the module.
///
/// # Errors
/// When something does not start, or an answer is not what it should be.
pub(super) async fn run(
    config: &Config,
    options: &Options,
    assets: &Assets,
) -> Result<(), Failure> {
    let (database, _) = database::open(config, "dogear_bench_seats").await?;
    let sized = database.config(config);
    let platform = Platform::start(&sized).await?;
    let measured = measure(&sized, options, assets, &platform, database.url.clone()).await;
    platform.stop().await;
    database.stop().await;
    let rows = measured?;
    std::fs::create_dir_all(&options.out)?;
    std::fs::write(
        options.out.join("seats.json"),
        serde_json::to_vec_pretty(&rows)?,
    )?;
    Ok(())
}

async fn measure(
    config: &Config,
    options: &Options,
    assets: &Assets,
    platform: &Platform,
    url: String,
) -> Result<Vec<Row>, Failure> {
    platform.migrate().await?;
    let stop = CancellationToken::new();
    let services = platform.services(config, "http://127.0.0.1".parse()?)?;
    let router = site(&services, assets, config, std::time::Duration::ZERO, &stop);
    let (dogear, serving) = open(router, &stop).await?;
    let (bare, serving_bare) = open(bare::router(services.db.clone()), &stop).await?;
    let cx = Cx::system(Arc::clone(&services));
    let readers = evenings::readers(&cx, READERS).await?;
    let bench = Bench {
        url,
        options,
        dogear,
        bare,
        cookies: database::sign_in(&services, &readers[..GUESTS]).await?,
        readers,
        cx,
    };
    bench.take(1, 200).await?;
    let mut rows = Vec::new();
    for number in [1, 200] {
        rows.push(bench.row(number).await?);
    }
    print(&rows);
    bench.long_list().await?;
    race::run(&bench).await?;
    stop.cancel();
    serving.await?;
    serving_bare.await?;
    drop(bench);
    drop(services);
    Ok(rows)
}

impl Bench<'_> {
    fn services(&self) -> &Services {
        &self.cx.services
    }

    async fn evenings(&self, number: usize) -> Result<Vec<(EventId, OccurrenceId)>, Failure> {
        self.evenings_of(number, 10_000).await
    }

    async fn evenings_of(
        &self,
        number: usize,
        capacity: i32,
    ) -> Result<Vec<(EventId, OccurrenceId)>, Failure> {
        let wanted = Evenings {
            number: u32::try_from(number)?,
            capacity,
            title: "Seats",
        };
        Ok(evenings::evenings(&self.cx, wanted).await?)
    }

    /// Each of `guests` takes a seat at one of so many evenings, through the site.
    async fn take(&self, number: usize, guests: usize) -> Result<super::load::Figures, Failure> {
        self.take_at(number, guests, None).await
    }

    async fn take_at(
        &self,
        number: usize,
        guests: usize,
        pace: Option<f64>,
    ) -> Result<super::load::Figures, Failure> {
        let dates = self.evenings(number).await?;
        let calls = self.cookies[..guests].iter().enumerate();
        let calls = calls.map(|(n, cookie)| Call {
            path: "/api/events/take-seats".into(),
            cookie: cookie.clone(),
            body: format!(
                "event={}&party=1&once={}",
                dates[n % number].0,
                uuid::Uuid::new_v4()
            ),
        });
        let busy = self.options.busy;
        let figures = send(self.dogear, calls.collect(), busy, pace).await?;
        self.all_have(&dates, guests).await?;
        Ok(figures)
    }

    /// Fails unless so many seats are booked and counted at these dates.
    async fn all_have(
        &self,
        dates: &[(EventId, OccurrenceId)],
        guests: usize,
    ) -> Result<(), Failure> {
        let ids: Vec<i64> = dates.iter().map(|(_, date)| date.0).collect();
        let (booked, counted): (i64, i64) = sqlx::query_as(
            "select (select coalesce(sum(party_size), 0) from seat_bookings
                 where occurrence_id = any ($1) and state = 'confirmed'),
               (select sum(seats_taken) from event_occurrences where id = any ($1))",
        )
        .bind(ids)
        .fetch_one(&self.services().db)
        .await?;
        let guests = i64::try_from(guests)?;
        if (booked, counted) == (guests, guests) {
            return Ok(());
        }
        Err(format!("{guests} took a seat: {booked} are booked, {counted} are counted").into())
    }

    async fn row(&self, number: usize) -> Result<Row, Failure> {
        let (mut taken, mut bare, mut by_pgbench) = (Vec::new(), Vec::new(), Vec::new());
        for round in 1..=ROUNDS {
            eprintln!("measuring seats at {number} evenings, round {round} of {ROUNDS}");
            taken.push(self.take(number, GUESTS).await?);
            bare.push(self.bare(number).await?);
            by_pgbench.push(self.by_pgbench(number).await?);
        }
        taken.sort_by(|one, other| one.rate.total_cmp(&other.rate));
        let dogear = taken[ROUNDS / 2];
        let half = self
            .take_at(number, GUESTS, Some(dogear.rate / 2.0))
            .await?;
        Ok(Row {
            evenings: number,
            dogear: dogear.rate,
            bare: middle(bare),
            pgbench: middle(by_pgbench),
            p50_ms: dogear.p50_ms,
            p99_ms: dogear.p99_ms,
            half_p50_ms: half.p50_ms,
            half_p99_ms: half.p99_ms,
        })
    }

    async fn bare(&self, number: usize) -> Result<f64, Failure> {
        let dates = self.evenings(number).await?;
        let calls = self.readers[..GUESTS].iter().enumerate();
        let calls = calls.map(|(n, reader)| Call {
            path: format!("/seat?date={}&reader={reader}", dates[n % number].1),
            cookie: String::new(),
            body: String::new(),
        });
        let figures = send(self.bare, calls.collect(), self.options.busy, None).await?;
        self.all_have(&dates, GUESTS).await?;
        Ok(figures.rate)
    }

    async fn by_pgbench(&self, number: usize) -> Result<f64, Failure> {
        let dates = self.evenings(number).await?;
        let wanted = pgbench::Wanted {
            first_date: dates[0].1.0,
            dates: number,
            first_reader: self.readers[0].0,
            readers: GUESTS,
        };
        std::fs::create_dir_all(&self.options.out)?;
        let (busy, out) = (self.options.busy, &self.options.out);
        let rate = pgbench::run(&self.url, &wanted, busy, out).await?;
        let busy = usize::try_from(busy)?;
        self.all_have(&dates, GUESTS / busy * busy).await?;
        Ok(rate)
    }

    /// A thousand guests of a full evening give their seat back, while a thousand wait, and while
    /// ten thousand do: each time the first who waits has it.
    async fn long_list(&self) -> Result<(), Failure> {
        let mut pages = Vec::new();
        for waiting in [GIVEN_BACK, WAITING] {
            let (event, date) = self.evenings(1).await?[0];
            let those = &self.readers[..GIVEN_BACK + waiting];
            let since = self.services().clock.now() - jiff::SignedDuration::from_hours(1);
            evenings::fill(&self.cx, date, those, GIVEN_BACK, since).await?;
            let path = urls::event(event, "evening-1");
            let url = format!("http://{}{path}", self.dogear);
            let signed_out = load(&url, None, self.options).await?.rate;
            // The one of those with a session who has waited for the shortest time.
            let last = &self.cookies[GUESTS.min(GIVEN_BACK + waiting) - 1];
            let waits = load(&url, Some(last), self.options).await?.rate;
            pages.push((waiting, signed_out, waits));
            let bookings: Vec<i64> = sqlx::query_scalar(
                "select id from seat_bookings where occurrence_id = $1 order by user_id",
            )
            .bind(date)
            .fetch_all(&self.services().db)
            .await?;
            let calls = bookings
                .iter()
                .zip(&self.cookies)
                .map(|(booking, cookie)| Call {
                    path: "/api/events/give-back-seats".into(),
                    cookie: cookie.clone(),
                    body: format!("booking={booking}"),
                });
            let figures = send(self.dogear, calls.collect(), self.options.busy, None).await?;
            self.all_have(&[(event, date)], GIVEN_BACK).await?;
            println!(
                "{waiting:>6} wait: {:>6.0} seats given back and taken by the next a second, p50 {:.1} ms, p99 {:.1} ms",
                figures.rate, figures.p50_ms, figures.p99_ms
            );
        }
        for (waiting, signed_out, waits) in pages {
            println!(
                "{waiting:>6} wait: the page {signed_out:.0} times a second, {waits:.0} for one of them"
            );
        }
        Ok(())
    }
}

fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn print(rows: &[Row]) {
    println!(
        "{:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>10} {:>10} {:>9}",
        "evenings",
        "Dogear",
        "bare",
        "of bare",
        "pgbench",
        "of it",
        "p50 ms",
        "p99 ms",
        "half: p50",
        "p99 ms",
        "of p50"
    );
    for row in rows {
        println!(
            "{:>8} {:>8.0} {:>8.0} {:>8.2} {:>8.0} {:>8.2} {:>8.1} {:>8.1} {:>10.2} {:>10.2} {:>9.1}",
            row.evenings,
            row.dogear,
            row.bare,
            row.dogear / row.bare,
            row.pgbench,
            row.dogear / row.pgbench,
            row.p50_ms,
            row.p99_ms,
            row.half_p50_ms,
            row.half_p99_ms,
            row.half_p99_ms / row.half_p50_ms
        );
    }
}
