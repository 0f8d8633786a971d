//! A mail server that delivers nowhere: development reads its mail at `/dev/mail`,
//! tests read it here and make it misbehave.
//!
//! Written here because the ready-made `mailcrab` brings certificate generation and
//! a C library along, and cannot be told to refuse, hang or break off.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How many messages development keeps.
pub const KEPT_IN_DEVELOPMENT: usize = 500;
/// Bytes of one message, and of one line.
const LONGEST: u64 = 10 * 1024 * 1024;
/// A silent client is let go after this.
const IDLE: Duration = Duration::from_mins(1);

/// A message as its reader would see it.
#[derive(Debug, Clone)]
pub struct CaughtMail {
    /// Counts from 1 in order of arrival.
    pub id: u64,
    /// When it was handed over.
    pub received_at: Timestamp,
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// As it was sent, decoded.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part; empty when there is none.
    pub html: String,
    /// The part for calendars; empty when there is none.
    pub calendar: String,
    /// Names and values in the order in which they came, values unfolded.
    pub headers: Vec<(String, String)>,
}

impl CaughtMail {
    /// The first header of this name, in any spelling of case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// How the server answers, for tests of what happens when mail does not go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Behaviour {
    /// Takes everything.
    #[default]
    Accept,
    /// Answers each recipient with 450: try later.
    Defer,
    /// Answers each recipient with 550: never.
    Refuse,
    /// Takes the message and never answers.
    Hang,
    /// Takes the message and breaks off before the answer.
    DropAfterData,
    /// Closes each connection without a greeting.
    CutOff,
    /// As `CutOff`, for connections beyond so many at a time.
    Crowded(usize),
    /// Takes each connection and never greets.
    Mute,
    /// Hears the recipient and never answers.
    HangAtRecipient,
    /// Hears the recipient and breaks off.
    DropAtRecipient,
}

struct Shared {
    /// How many messages are kept; the oldest go first.
    kept: usize,
    messages: Mutex<VecDeque<CaughtMail>>,
    arrived: Mutex<u64>,
    behaviour: Mutex<Behaviour>,
    pause: Mutex<Duration>,
}

/// The running server. It stops when the last clone is dropped.
#[derive(Clone)]
pub struct DevMailbox {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: Arc<DropGuard>,
}

impl DevMailbox {
    /// Starts on a free port of the loopback interface; keeps the last `kept` messages.
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn start(kept: usize) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            kept,
            messages: Mutex::default(),
            arrived: Mutex::default(),
            behaviour: Mutex::default(),
            pause: Mutex::default(),
        });
        let stop = CancellationToken::new();
        let server = serve(listener, shared.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(server));
        Ok(Self {
            address,
            shared,
            _stop: Arc::new(stop.drop_guard()),
        })
    }

    /// For `SmtpSettings::url`.
    pub fn smtp_url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What has come in, newest first; as many as are kept.
    pub fn messages(&self) -> Vec<CaughtMail> {
        lock(&self.shared.messages).iter().rev().cloned().collect()
    }

    /// One message.
    pub fn find(&self, id: u64) -> Option<CaughtMail> {
        lock(&self.shared.messages)
            .iter()
            .find(|message| message.id == id)
            .cloned()
    }

    /// Changes how the next messages are met.
    pub fn behave(&self, behaviour: Behaviour) {
        *lock(&self.shared.behaviour) = behaviour;
    }

    /// Has each answer to a command come so much later.
    pub fn slow_down(&self, pause: Duration) {
        *lock(&self.shared.pause) = pause;
    }
}

/// The values behind these locks are whole at every moment, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this future: ends the connections too.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let shared = shared.clone();
                while connections.try_join_next().is_some() {}
                let others = connections.len();
                connections.spawn(async move {
                    if let Err(error) = converse(stream, &shared, others).await {
                        tracing::debug!(%error, "development mailbox: connection ended");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "development mailbox: no connection accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// One line without its end; `None` at the end of the stream.
async fn read_line(stream: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut limited = stream.take(LONGEST);
    let read = tokio::time::timeout(IDLE, limited.read_until(b'\n', &mut line));
    if read.await.map_err(std::io::Error::other)?? == 0 {
        return Ok(None);
    }
    while line.last().is_some_and(|end| matches!(end, b'\r' | b'\n')) {
        line.pop();
    }
    Ok(Some(line))
}

/// Everything up to the lone dot, dots unstuffed; `None` when it is too long or breaks off.
async fn read_data(stream: &mut BufStream<TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    let mut fits = true;
    while let Some(line) = read_line(stream).await? {
        if line == b"." {
            return Ok(fits.then_some(message));
        }
        fits = fits && (message.len() + line.len()) as u64 <= LONGEST;
        if fits {
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            message.extend_from_slice(b"\r\n");
        }
    }
    Ok(None)
}

/// The address between the angle brackets of `MAIL FROM:<…>` and `RCPT TO:<…>`.
fn address(argument: &str) -> String {
    let start = argument.find('<').map_or(0, |at| at + 1);
    let end = argument[start..]
        .find('>')
        .map_or(argument.len(), |at| start + at);
    argument[start..end].trim().to_owned()
}

/// Talks with a client, beside so many others.
async fn converse(stream: TcpStream, shared: &Shared, others: usize) -> std::io::Result<()> {
    let mut stream = BufStream::new(stream);
    let behaviour = *lock(&shared.behaviour);
    match behaviour {
        Behaviour::CutOff => return Ok(()),
        Behaviour::Crowded(most) if others >= most => return Ok(()),
        Behaviour::Mute => std::future::pending().await,
        _ => {}
    }
    let (mut from, mut to) = (String::new(), Vec::new());
    reply(&mut stream, "220 localhost mail catcher").await?;
    while let Some(line) = read_line(&mut stream).await? {
        let line = String::from_utf8_lossy(&line).into_owned();
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        let answer = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => "250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING",
            "HELO" | "NOOP" => "250 fine",
            "MAIL" => {
                from = address(&line);
                "250 fine"
            }
            "RCPT" => {
                let behaviour = *lock(&shared.behaviour);
                match behaviour {
                    Behaviour::Defer => "450 4.2.0 try again later",
                    Behaviour::Refuse => "550 5.1.1 no such mailbox",
                    Behaviour::HangAtRecipient => std::future::pending().await,
                    Behaviour::DropAtRecipient => return Ok(()),
                    _ => {
                        to.push(address(&line));
                        "250 fine"
                    }
                }
            }
            "DATA" if to.is_empty() => "503 5.5.1 who is it for?",
            "DATA" => {
                reply(&mut stream, "354 go on").await?;
                match read_data(&mut stream).await? {
                    Some(message) => {
                        keep(shared, std::mem::take(&mut from), &to, &message);
                        to.clear();
                        let behaviour = *lock(&shared.behaviour);
                        match behaviour {
                            Behaviour::Hang => std::future::pending().await,
                            Behaviour::DropAfterData => {
                                let pause = *lock(&shared.pause);
                                tokio::time::sleep(pause).await;
                                return Ok(());
                            }
                            _ => "250 2.0.0 caught",
                        }
                    }
                    None => "552 5.3.4 too long",
                }
            }
            "RSET" => {
                from.clear();
                to.clear();
                "250 fine"
            }
            "QUIT" => {
                reply(&mut stream, "221 goodbye").await?;
                return Ok(());
            }
            _ => "502 5.5.1 not known here",
        };
        let pause = *lock(&shared.pause);
        tokio::time::sleep(pause).await;
        reply(&mut stream, answer).await?;
    }
    Ok(())
}

async fn reply(stream: &mut BufStream<TcpStream>, line: &str) -> std::io::Result<()> {
    stream.write_all(line.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.flush().await
}

fn keep(shared: &Shared, from: String, to: &[String], message: &[u8]) {
    let parsed = MessageParser::default().parse(message).unwrap_or_default();
    let headers = parsed
        .headers_raw()
        .map(|(name, value)| (name.to_owned(), unfold(value)))
        .collect();
    let id = {
        let mut arrived = lock(&shared.arrived);
        *arrived += 1;
        *arrived
    };
    let mail = CaughtMail {
        id,
        received_at: Timestamp::now(),
        from,
        to: to.to_vec(),
        subject: parsed.subject().unwrap_or_default().to_owned(),
        text: parsed.body_text(0).unwrap_or_default().into_owned(),
        html: parsed.body_html(0).unwrap_or_default().into_owned(),
        calendar: calendar(&parsed),
        headers,
    };
    let mut messages = lock(&shared.messages);
    if messages.len() >= shared.kept {
        messages.pop_front();
    }
    messages.push_back(mail);
}

/// The text of the part for calendars.
fn calendar(message: &Message<'_>) -> String {
    let is_calendar = |part: &&MessagePart<'_>| {
        part.content_type().is_some_and(|kind| {
            kind.ctype() == "text" && kind.subtype().is_some_and(|kind| kind == "calendar")
        })
    };
    let part = message.parts.iter().find(is_calendar);
    let text = part.and_then(MessagePart::text_contents);
    text.unwrap_or_default().to_owned()
}

/// A header's value on one line.
fn unfold(value: &str) -> String {
    value
        .split("\r\n")
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
        .trim()
        .to_owned()
}
