//! A real nginx in front of the site, set up as the README says.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dogear_server::testing::TestSite;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio_util::sync::CancellationToken;

use super::app::TestApp;
use crate::web::{self, Connections};

/// Stopped when it is dropped.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        // One that has ended by itself is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program, where there is one.
fn program() -> Option<PathBuf> {
    ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
        .iter()
        .map(PathBuf::from)
        .find(|path| path.is_file())
}

/// What the README shows of nginx, as it stands there, but for where the site listens.
fn documented(site: SocketAddr) -> String {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(readme).expect("the README");
    let (_, rest) = readme.split_once("```nginx\n").expect("a part for nginx");
    let (part, _) = rest.split_once("```").expect("its end");
    assert!(part.contains("http://127.0.0.1:3000;"), "{part}");
    part.replace("127.0.0.1:3000", &site.to_string())
}

fn start(program: &Path, folder: &Path, port: u16, site: SocketAddr) -> Nginx {
    let configuration = format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr;
         events {{ worker_connections 64; }}
         http {{
           access_log off;
           client_body_temp_path body; proxy_temp_path proxy;
           fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
           server {{ listen 127.0.0.1:{port}; {} }}
         }}",
        documented(site)
    );
    std::fs::write(folder.join("nginx.conf"), configuration).expect("written");
    let child = Command::new(program)
        .args(["-e", "stderr", "-c", "nginx.conf", "-p"])
        .arg(folder)
        .stderr(Stdio::null())
        .spawn();
    Nginx(child.expect("nginx starts"))
}

/// Sends a request from this address of the machine, and gives the status.
async fn ask(from: &str, to: SocketAddr, head: &str, body: &str) -> u16 {
    let socket = TcpSocket::new_v4().expect("a socket");
    let from = format!("{from}:0").parse().expect("an address");
    socket.bind(from).expect("all of 127/8 is ours");
    let mut stream = socket.connect(to).await.expect("nginx listens");
    let length = body.len();
    let request = format!("{head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    let status = answer.split(' ').nth(1).expect("a status");
    status.parse().expect("a number")
}

/// A try to log in, by somebody who says that they come from elsewhere.
fn log_in(host: &str, forwarded: &str) -> String {
    format!(
        "POST /api/accounts/log-in HTTP/1.1\r\nHost: {host}\r\nOrigin: https://{host}\r\n\
         Accept: text/html\r\nX-Forwarded-For: {forwarded}\r\n\
         Content-Type: application/x-www-form-urlencoded"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn c02_behind_nginx_as_documented_nobody_chooses_their_address() {
    const HOST: &str = "books.example.org";
    const WRONG: &str = "login=nobody&password=wrong-wrong&next=/";
    let Some(program) = program() else {
        eprintln!("There is no nginx here, so what the README says of it is not tried.");
        return;
    };
    let site = TestSite::with(|settings| {
        settings.base_url = format!("https://{HOST}").parse().expect("an address");
        settings.development = false;
        settings.rate_limit_factor = 1;
    })
    .await;
    let proxies = ["127.0.0.1/32".parse().expect("a network")];
    let app = TestApp::behind(site, Duration::ZERO, &proxies);
    let listener = web::bind("127.0.0.1:0".parse().expect("an address"), false)
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    let stop = CancellationToken::new();
    let serving = web::serve(
        listener,
        app.router.clone(),
        Connections::unlimited(),
        stop.clone(),
    );
    tokio::spawn(serving);

    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nginx = free.local_addr().expect("an address");
    drop(free);
    let folder = tempfile::tempdir().expect("a folder");
    let _nginx = start(&program, folder.path(), nginx.port(), address);
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(nginx).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    // Ten tries at once from one place; each says that it is another place.
    let mut statuses = Vec::new();
    for number in 0..14 {
        let head = log_in(HOST, &format!("203.0.113.{number}"));
        statuses.push(ask("127.0.0.2", nginx, &head, WRONG).await);
    }
    assert_eq!(statuses[0], 422, "the form is ours: {statuses:?}");
    assert_eq!(statuses[13], 429, "{statuses:?}");
    let head = log_in(HOST, "203.0.113.1");
    let other = ask("127.0.0.3", nginx, &head, WRONG).await;
    assert_eq!(other, 422, "who comes from elsewhere is another one");

    let page = |host: &str| format!("GET /login HTTP/1.1\r\nHost: {host}");
    assert_eq!(ask("127.0.0.2", nginx, &page(HOST), "").await, 200);
    let foreign = ask("127.0.0.2", nginx, &page("evil.example"), "").await;
    assert_eq!(foreign, 421);
    // What the site takes, nginx lets through.
    let large = "x".repeat(3 * 1024 * 1024);
    let head = format!(
        "POST /api/copies/add-photos HTTP/1.1\r\nHost: {HOST}\r\nOrigin: https://{HOST}\r\n\
         Accept: text/html\r\nContent-Type: multipart/form-data; boundary=b"
    );
    // The site refuses it before it is there, which nginx may tell as a broken connection.
    assert_ne!(ask("127.0.0.2", nginx, &head, &large).await, 413);
    stop.cancel();
}
