//! What stands for Google: it keeps entries and tokens as Google does, and plays a trick when it is
//! told to.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::super::api::SCOPE;

/// The code that it takes, once.
pub(super) const CODE: &str = "4/good-code";
/// The token that must not be seen anywhere.
pub(super) const REFRESH: &str = "1//refresh-secret";

/// How the next question about entries is answered.
pub(super) enum Trick {
    /// Without doing anything: status, further headers, body.
    Says(u16, &'static str, String),
    /// It is done, and the answer is lost.
    Loses,
    /// Not at all, for longer than anybody waits.
    Hangs,
}

#[derive(Default)]
pub(super) struct State {
    pub entries: HashMap<String, Value>,
    pub tricks: VecDeque<Trick>,
    /// Method and path of all questions about entries.
    pub asked: Vec<String>,
    pub refreshes: usize,
    pub revoked: bool,
    /// No token is good enough for it.
    pub takes_no_token: bool,
    pub may_write: bool,
    pub codes: usize,
    token: usize,
}

#[derive(Clone)]
pub(super) struct Stub {
    pub url: Url,
    state: Arc<Mutex<State>>,
}

impl Stub {
    pub(super) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = State {
            may_write: true,
            ..State::default()
        };
        let stub = Self {
            url: url.parse().unwrap(),
            state: Arc::new(Mutex::new(state)),
        };
        let serving = stub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let stub = serving.clone();
                tokio::spawn(async move { stub.serve(stream).await });
            }
        });
        stub
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The reader may give their permission anew; entries stay.
    pub(super) fn allows_again(&self) {
        let mut state = self.state();
        (state.codes, state.revoked, state.takes_no_token) = (0, false, false);
    }

    /// Plays these tricks next, in this order.
    pub(super) fn plays(&self, tricks: impl IntoIterator<Item = Trick>) {
        self.state().tricks.extend(tricks);
    }

    /// The titles of the entries that stand in the calendar.
    pub(super) fn shown(&self) -> Vec<Value> {
        let state = self.state();
        let mut shown: Vec<Value> = (state.entries.values())
            .filter(|entry| entry["status"] != "cancelled")
            .cloned()
            .collect();
        shown.sort_by_key(|entry| entry["start"]["dateTime"].to_string());
        shown
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut text = Vec::new();
        let (head, body) = loop {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).await.unwrap_or(0);
            if read == 0 {
                return;
            }
            text.extend(&part[..read]);
            let all = String::from_utf8_lossy(&text).into_owned();
            let Some((head, body)) = all.split_once("\r\n\r\n") else {
                continue;
            };
            let lines = head.to_lowercase();
            let length = lines.split("content-length: ").nth(1);
            let length = length.map_or(0, |rest| {
                rest.lines().next().unwrap().trim().parse().unwrap()
            });
            if body.len() >= length {
                break (head.to_owned(), body.to_owned());
            }
        };
        let line = head.lines().next().unwrap();
        let (method, path) = {
            let mut parts = line.split(' ');
            (parts.next().unwrap(), parts.next().unwrap())
        };
        let answer = if path.starts_with("/calendar/") {
            self.entries(method, path, &head, &body)
        } else {
            Some(self.tokens(path, &body))
        };
        let Some((status, headers, body)) = answer else {
            tokio::time::sleep(std::time::Duration::from_mins(1)).await;
            return;
        };
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    fn tokens(&self, path: &str, body: &str) -> (u16, &'static str, String) {
        let mut state = self.state();
        let fields: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect();
        let refused = |error: &str| (400, "", json!({ "error": error }).to_string());
        if path == "/revoke" {
            state.revoked = true;
            return (200, "", "{}".into());
        }
        if fields["client_id"] != "books.example" || fields["client_secret"] != "site-secret" {
            return (401, "", json!({ "error": "invalid_client" }).to_string());
        }
        let is_first = fields["grant_type"] == "authorization_code";
        if is_first {
            state.codes += 1;
            let verifier = fields["code_verifier"].len();
            if fields["code"] != CODE || state.codes > 1 || !(43..=128).contains(&verifier) {
                return refused("invalid_grant");
            }
        } else if state.revoked || fields["refresh_token"] != REFRESH {
            return refused("invalid_grant");
        } else {
            state.refreshes += 1;
        }
        state.token += 1;
        let scope = if state.may_write { SCOPE } else { "openid" };
        let mut answer = json!({
            "access_token": format!("access-{}", state.token), "expires_in": 3600,
            "token_type": "Bearer", "scope": format!("openid {scope}"),
        });
        if is_first {
            answer["refresh_token"] = REFRESH.into();
        }
        (200, "", answer.to_string())
    }

    /// Nothing when it hangs.
    fn entries(
        &self,
        method: &str,
        path: &str,
        head: &str,
        body: &str,
    ) -> Option<(u16, &'static str, String)> {
        let mut state = self.state();
        let id = path.strip_prefix("/calendar/v3/calendars/primary/events");
        let id = id.unwrap().trim_start_matches('/').to_owned();
        state.asked.push(method.to_owned());
        let bearer = format!("bearer access-{}", state.token);
        if state.takes_no_token || !head.to_lowercase().contains(&bearer) {
            return Some((401, "", json!({ "error": { "code": 401 } }).to_string()));
        }
        let trick = state.tricks.pop_front();
        match trick {
            Some(Trick::Says(status, headers, body)) => return Some((status, headers, body)),
            Some(Trick::Hangs) => return None,
            Some(Trick::Loses) | None => {}
        }
        let said: Value = serde_json::from_str(body).unwrap_or_default();
        let nothing = String::new();
        let answer = match (method, state.entries.get_mut(&id)) {
            ("POST", _) => {
                let id = said["id"].as_str().unwrap().to_owned();
                if let Entry::Vacant(place) = state.entries.entry(id) {
                    place.insert(said.clone());
                    (200, "", said.to_string())
                } else {
                    (409, "", nothing)
                }
            }
            ("PATCH", Some(entry)) => {
                for (name, value) in said.as_object().unwrap() {
                    entry[name] = value.clone();
                }
                (200, "", entry.to_string())
            }
            ("DELETE", Some(entry)) if entry["status"] == "cancelled" => (410, "", nothing),
            ("DELETE", Some(entry)) => {
                entry["status"] = "cancelled".into();
                (204, "", nothing)
            }
            _ => (404, "", nothing),
        };
        match trick {
            Some(_) => Some((503, "", "upstream".into())),
            None => Some(answer),
        }
    }
}
