//! These start real services in temporary folders.

#![allow(unsafe_code)] // calls of the C library

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

/// Set for the process that [`services_end_with_a_killed_parent`] starts.
const HELD_FOLDER: &str = "DOGEAR_TEST_HELD_FOLDER";

async fn query(url: &str, sql: &'static str) -> i64 {
    let mut connection = PgConnection::connect(url).await.expect("log in");
    let value = sqlx::query_scalar(sql)
        .fetch_one(&mut connection)
        .await
        .expect("query");
    connection.close().await.expect("close");
    value
}

async fn execute(url: &str, sql: &'static str) {
    let mut connection = PgConnection::connect(url).await.expect("log in");
    sqlx::query(sql)
        .execute(&mut connection)
        .await
        .expect("execute");
    connection.close().await.expect("close");
}

/// The process number of the database server.
fn postmaster(folder: &Path) -> i32 {
    let path = folder.join("postgres/data/postmaster.pid");
    let text = fs::read_to_string(path).expect("the postmaster's file");
    text.lines()
        .next()
        .and_then(|line| line.parse().ok())
        .expect("a number")
}

fn exists(pid: i32) -> bool {
    // A zombie has ended; only its parent does not know yet.
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .starts_with(" Z")
    })
}

async fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "{what} did not happen"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn both_services_answer_exclude_a_second_dogear_and_stop() {
    let folder = TempDir::new().expect("folder");
    let embedded = start(folder.path(), true, true).await.expect("start");
    let database = embedded.database_url().expect("wanted").to_owned();
    assert_eq!(query(&database, "select 41::int8 + 1").await, 42);

    let redis = embedded.redis_url().expect("wanted").to_owned();
    let (password, address) = redis
        .strip_prefix("redis://default:")
        .and_then(|rest| rest.strip_suffix("/0"))
        .and_then(|rest| rest.split_once('@'))
        .expect("an address with a password");
    let mut stream = TcpStream::connect(address).await.expect("connect");
    stream.write_all(b"PING\r\n").await.expect("write");
    let mut answer = [0; 64];
    let length = stream.read(&mut answer).await.expect("read");
    assert!(
        answer[..length].starts_with(b"-NOAUTH"),
        "a stranger must not get in"
    );
    stream
        .write_all(format!("AUTH {password}\r\n").as_bytes())
        .await
        .expect("write");
    let length = stream.read(&mut answer).await.expect("read");
    assert_eq!(&answer[..length], b"+OK\r\n");

    let second = start(folder.path(), true, true)
        .await
        .err()
        .expect("the folder is taken");
    let message = second.to_string();
    assert!(
        message.contains(&format!("process {}", std::process::id())),
        "{message}"
    );

    let pid = postmaster(folder.path());
    embedded.stop().await;
    assert!(!exists(pid), "PostgreSQL still runs");
    assert!(
        TcpStream::connect(address).await.is_err(),
        "Redis still runs"
    );
}

#[tokio::test]
async fn the_database_survives_a_killed_server() {
    let folder = TempDir::new().expect("folder");
    let embedded = start(folder.path(), true, false).await.expect("start");
    assert_eq!(embedded.redis_url(), None);
    let database = embedded.database_url().expect("wanted");
    execute(database, "create table kept as select 7::int8 as value").await;
    let pid = postmaster(folder.path());
    // SAFETY: the number is that of our own child, which has not been waited for.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGKILL) }, 0);
    embedded.stop().await;

    let embedded = start(folder.path(), true, false)
        .await
        .expect("start again");
    let database = embedded.database_url().expect("wanted");
    assert_eq!(query(database, "select value from kept").await, 7);
    embedded.stop().await;
}

/// The process number of Redis, as it says itself.
async fn redis_process(url: &str) -> Option<i32> {
    let (password, address) = url
        .strip_prefix("redis://default:")?
        .strip_suffix("/0")?
        .split_once('@')?;
    let mut stream = TcpStream::connect(address).await.ok()?;
    let ask = format!("AUTH {password}\r\nINFO server\r\nQUIT\r\n");
    stream.write_all(ask.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (_, rest) = answer.split_once("process_id:")?;
    rest.lines().next()?.trim().parse().ok()
}

#[tokio::test]
async fn k06_a_service_that_ends_by_itself_is_started_again_where_it_was() {
    let folder = TempDir::new().expect("folder");
    let embedded = start(folder.path(), true, true).await.expect("start");
    let database = embedded.database_url().expect("wanted").to_owned();
    let redis = embedded.redis_url().expect("wanted").to_owned();
    execute(&database, "create table kept as select 7::int8 as value").await;
    for signal in [libc::SIGKILL, libc::SIGTERM, libc::SIGKILL] {
        let (first, second) = (
            postmaster(folder.path()),
            redis_process(&redis).await.expect("it answers"),
        );
        for pid in [first, second] {
            // SAFETY: the numbers are those of our own children, which have not been waited for.
            assert_eq!(unsafe { libc::kill(pid, signal) }, 0);
        }
        let start = Instant::now();
        wait_for("their end", || !exists(first) && !exists(second)).await;
        while redis_process(&redis).await.is_none()
            || PgConnection::connect(&database).await.is_err()
        {
            assert!(start.elapsed() < Duration::from_secs(10), "they stay away");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(query(&database, "select value from kept").await, 7);
    }
    let pid = postmaster(folder.path());
    embedded.stop().await;
    assert!(!exists(pid), "PostgreSQL still runs");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(
        PgConnection::connect(&database).await.is_err(),
        "nobody starts it again"
    );
}

#[tokio::test]
async fn k06_a_service_that_cannot_be_started_is_given_up_aloud() {
    let folder = TempDir::new().expect("folder");
    let embedded = start(folder.path(), false, true).await.expect("start");
    let redis = embedded.redis_url().expect("wanted").to_owned();
    let pid = redis_process(&redis).await.expect("it answers");
    // SAFETY: the number is that of our own child, which has not been waited for.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGKILL) }, 0);
    let address = redis
        .split_once('@')
        .expect("an address")
        .1
        .replace("/0", "");
    let start = Instant::now();
    // Somebody else is faster: nobody could reach another port.
    let _other = loop {
        match std::net::TcpListener::bind(&address) {
            Ok(listener) => break listener,
            Err(_) if start.elapsed() < Duration::from_secs(5) => {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Err(error) => panic!("{error}"),
        }
    };
    let cause = tokio::time::timeout(Duration::from_mins(2), embedded.given_up()).await;
    assert!(cause.expect("given up").contains("is in use"));
}

/// A process that holds services open in `folder`, once they have started.
async fn holder(folder: &Path) -> std::process::Child {
    let parent = Command::new(std::env::current_exe().expect("own path"))
        .args([
            "--ignored",
            "--exact",
            "embedded::tests::hold_services_open",
        ])
        .env(HELD_FOLDER, folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("spawn");
    wait_for("the start", || folder.join("address").exists()).await;
    parent
}

#[tokio::test]
async fn services_end_with_a_killed_parent() {
    let folder = TempDir::new().expect("folder");
    let address = folder.path().join("address");
    let mut parent = holder(folder.path()).await;
    let database = fs::read_to_string(&address).expect("address");
    execute(&database, "create table kept as select 7::int8 as value").await;
    let first = postmaster(folder.path());
    parent.kill().expect("kill");
    parent.wait().expect("wait");

    // At once, while the old server may still be shutting down.
    let embedded = start(folder.path(), true, true).await.expect("start again");
    assert!(!exists(first), "the old server still runs");
    let database = embedded.database_url().expect("wanted");
    assert_eq!(query(database, "select value from kept").await, 7);
    embedded.stop().await;

    // And without anybody who starts again.
    fs::remove_file(&address).expect("remove");
    let mut parent = holder(folder.path()).await;
    let second = postmaster(folder.path());
    parent.kill().expect("kill");
    parent.wait().expect("wait");
    wait_for("the end of PostgreSQL", || !exists(second)).await;
}

#[tokio::test]
#[ignore = "a part of services_end_with_a_killed_parent"]
async fn hold_services_open() {
    let folder = std::env::var_os(HELD_FOLDER).expect("only started by the other test");
    let folder = Path::new(&folder);
    let embedded = start(folder, true, true).await.expect("start");
    let unfinished = folder.join("address.new");
    fs::write(&unfinished, embedded.database_url().expect("wanted")).expect("write");
    fs::rename(&unfinished, folder.join("address")).expect("rename");
    std::future::pending::<()>().await;
}

/// Runs the commands of the README that begin with this comment, on the private PostgreSQL.
fn as_documented(comment: &str, data: &Path, backup: &Path) {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = fs::read_to_string(readme).expect("the README");
    let commands = readme
        .split("```sh\n")
        .filter_map(|rest| rest.split_once("```"))
        .map(|(commands, _)| commands)
        .find(|commands| commands.starts_with(comment))
        .expect("commands with this comment");
    let output = Command::new("sh")
        .args(["-eu", "-c", commands])
        .env("DOGEAR_DATA_DIR", data)
        .env("BACKUP", backup)
        .env_remove("DATABASE_URL")
        .output()
        .expect("there is a shell");
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{comment}: {says}");
}

#[tokio::test]
async fn k16_a_site_comes_back_from_its_backup_as_documented() {
    use dogear_server::db;
    let (old, new, backup) = (
        TempDir::new().expect("folder"),
        TempDir::new().expect("folder"),
        TempDir::new().expect("folder"),
    );
    let embedded = start(old.path(), true, false).await.expect("start");
    let url = embedded.database_url().expect("wanted");
    let pool = db::connect(url, 2).await.expect("connect");
    db::MIGRATOR.run(&pool).await.expect("migrated");
    execute(
        url,
        "insert into users (handle, handle_key, display_name, email, email_key, password_hash)
         values ('ana_m', 'ana_m', 'Ana', 'ana@readers.test', 'ana@readers.test', 'x')",
    )
    .await;
    execute(
        url,
        "insert into works (title, title_key, slug) values ('Middlemarch', 'middlemarch', 'x')",
    )
    .await;
    let photo = Path::new("photos/0a/photo.jpg");
    fs::create_dir_all(old.path().join("photos/0a")).expect("a folder");
    fs::write(old.path().join(photo), b"\xff\xd8 a photo").expect("a photo");
    // Pages are open while it is made.
    as_documented("# backup", old.path(), backup.path());
    pool.close().await;
    embedded.stop().await;

    let embedded = start(new.path(), true, false).await.expect("start");
    let url = embedded.database_url().expect("wanted").to_owned();
    let pool = db::connect(&url, 2).await.expect("connect");
    // As a first start does.
    db::MIGRATOR.run(&pool).await.expect("migrated");
    as_documented("# restore", new.path(), backup.path());
    pool.close().await;
    embedded.stop().await;

    let embedded = start(new.path(), true, false).await.expect("start again");
    let url = embedded.database_url().expect("wanted");
    let pool = db::connect(url, 2).await.expect("connect");
    db::MIGRATOR.run(&pool).await.expect("nothing to migrate");
    let count =
        "select count(*) from users, works where handle = 'ana_m' and title = 'Middlemarch'";
    assert_eq!(query(url, count).await, 1);
    assert_eq!(
        fs::read(new.path().join(photo)).expect("the photo"),
        b"\xff\xd8 a photo"
    );
    let look = dogear_server::moderation::records::look(&pool).await;
    assert_eq!(look.expect("it can be read").findings, Vec::<String>::new());
    pool.close().await;
    embedded.stop().await;
}

/// kill -9.
fn kill(pid: i32) {
    // SAFETY: the number is that of our own child, which has not been waited for.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGKILL) }, 0);
}

#[tokio::test]
async fn k06_postgresql_comes_back_whatever_becomes_of_redis() {
    let folder = TempDir::new().expect("folder");
    let embedded = start(folder.path(), true, true).await.expect("start");
    let database = embedded.database_url().expect("wanted").to_owned();
    let redis = embedded.redis_url().expect("wanted").to_owned();
    let address = redis.split_once('@').expect("an address").1;
    let address = address.replace("/0", "");
    let (first, second) = (
        postmaster(folder.path()),
        redis_process(&redis).await.expect("it answers"),
    );
    kill(second);
    // Somebody else takes its port before it is started again.
    let begun = Instant::now();
    let _other = loop {
        match std::net::TcpListener::bind(&address) {
            Ok(listener) => break listener,
            Err(_) if begun.elapsed() < Duration::from_secs(5) => {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Err(error) => panic!("{error}"),
        }
    };
    kill(first);
    wait_for("its end", || !exists(first)).await;
    let begun = Instant::now();
    while PgConnection::connect(&database).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it stays away");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    embedded.stop().await;
}

#[tokio::test]
async fn k06_a_stop_does_not_wait_for_a_service_that_is_being_started_again() {
    let folder = TempDir::new().expect("folder");
    let embedded = start(folder.path(), true, false).await.expect("start");
    let first = postmaster(folder.path());
    // From now on a start waits for an archive that says nothing.
    let data = folder.path().join("postgres/data");
    let settings = data.join("postgresql.auto.conf");
    let mut text = fs::read_to_string(&settings).expect("settings");
    text.push_str("restore_command = 'sleep 600'\n");
    fs::write(&settings, text).expect("written");
    let signal = data.join("recovery.signal");
    fs::write(&signal, "").expect("written");
    std::os::unix::fs::chown(&signal, Some(owner(&settings)), None).expect("given");
    kill(first);
    let pid = data.join("postmaster.pid");
    wait_for("the next start", || {
        let text = fs::read_to_string(&pid).unwrap_or_default();
        text.lines()
            .next()
            .is_some_and(|pid| pid != first.to_string())
    })
    .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let second = postmaster(folder.path());
    let begun = Instant::now();
    embedded.stop().await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(30), "{took:?}");
    assert!(!exists(second), "it still runs");
}

/// Whose file it is.
fn owner(path: &Path) -> u32 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).expect("it is there").uid()
}
