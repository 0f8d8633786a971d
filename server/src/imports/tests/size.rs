//! A long file: bounded in time and memory.

use std::time::{Duration, Instant};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_rows_are_read_looked_up_and_added_in_bounded_time() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let file = numbered(5000);
    for (who, what) in [(&ben, "new to the catalogue"), (&ann, "known")] {
        let begun = Instant::now();
        let import = upload(who, None, &said("long.csv"), file.clone().into())
            .await
            .unwrap();
        let uploaded = begun.elapsed();
        site.run_jobs().await;
        let looked_up = begun.elapsed().saturating_sub(uploaded);
        assert_eq!(state(who, import).await, ImportState::Ready);
        started(&site, who, import).await;
        let added = begun.elapsed().saturating_sub(uploaded + looked_up);
        assert_eq!(copies_of(who).await, 5000, "{what}");
        let rate = |time: Duration| 5000.0 / time.as_secs_f64();
        eprintln!(
            "5,000 rows, {what}: read and kept {:.0} rows/s, looked up {:.0} rows/s, added {:.0} rows/s",
            rate(uploaded),
            rate(looked_up),
            rate(added)
        );
        assert!(uploaded < Duration::from_secs(10), "{what}: {uploaded:?}");
        assert!(looked_up < Duration::from_mins(1), "{what}: {looked_up:?}");
        // A third of that alone on two cores; other tests run beside it.
        assert!(added < Duration::from_mins(10), "{what}: {added:?}");
    }
}
