//! The table of a trade, over the interface: in each state each step by each party is granted or
//! refused as the rules say that the pages go by.

use std::collections::BTreeSet;
use std::fmt::Write;

use dogear_domain::trades::ProblemReason;
use dogear_server::trades;
use serde_json::{Value, json};

use super::states::{STATES, counter};
use super::*;

/// A step as a program takes it.
#[derive(Debug, Clone)]
struct Call {
    /// As it stands in `may`.
    verb: &'static str,
    /// Whose books it is about; none for all of the trade.
    leg: Option<(String, String)>,
    method: &'static str,
    path: String,
    body: Value,
}

impl Call {
    fn name(&self) -> String {
        let mut name = self.verb.to_owned();
        if let Some((_, whose)) = &self.leg {
            let _ = write!(name, " of {whose}");
        }
        name
    }

    /// Whether what the member was shown says that they may.
    fn is_shown(&self, seen: &Value) -> bool {
        let has = |list: &Value| {
            list.as_array()
                .unwrap()
                .iter()
                .any(|word| word == self.verb)
        };
        match &self.leg {
            None => has(&seen["may"]),
            Some((leg, _)) => {
                let legs = seen["legs"].as_array().unwrap();
                legs.iter().any(|one| one["id"] == *leg && has(&one["may"]))
            }
        }
    }

    async fn by(&self, program: &Program) -> Answered {
        let mut answer = program.send(self.method, &self.path, &self.body).await;
        if self.verb != "report_problem" {
            return answer;
        }
        // It depends on the books which problem they can have: there is one, or there is none.
        for problem in ProblemReason::ALL {
            if answer.status.is_success() {
                break;
            }
            let mut body = self.body.clone();
            body["problem"] = json!(problem);
            answer = program.send(self.method, &self.path, &body).await;
        }
        answer
    }
}

/// Steps that have no address of their own: by way of a copy, on the page, with one’s account.
const ELSEWHERE: [&str; 3] = ["unoffer", "start_payment", "leave"];

/// Every step, as this member would take it who was shown this.
fn calls(world: &World, seen: &Value, handle: &str) -> Vec<Call> {
    let id = seen["id"].as_str().unwrap();
    let version = &seen["version"];
    let call = |verb, path: &str, body| Call {
        verb,
        leg: None,
        method: "PUT",
        path: path.replace("ID", id),
        body,
    };
    let answer = match seen["kind"].as_str().unwrap() {
        "sale" => {
            let books = seen["books"].as_array().unwrap().iter();
            let price = json!({ "amount": 500, "currency": "EUR" });
            let prices: Vec<Value> = books
                .map(|book| json!({ "copy": book["copy"], "price": price }))
                .collect();
            let body = json!({ "version": version, "prices": prices, "method": "post" });
            call("counter", "/orders/ID/counter", body)
        }
        "loan" => {
            let body = json!({ "version": version, "due": world.day(6), "method": "meet" });
            call("counter", "/loans/ID/counter", body)
        }
        _ => call("counter", "/exchange/ID/counter", counter(seen, handle)),
    };
    let due = json!({ "due": world.day(14) });
    let mut all = vec![
        answer,
        call(
            "accept",
            "/exchange/ID/accept",
            json!({ "version": version }),
        ),
        call("decline", "/exchange/ID/decline", json!({})),
        call("withdraw", "/exchange/ID/withdraw", Value::Null),
        call(
            "cancel",
            "/exchange/ID/cancel",
            json!({ "reason": "Sorry." }),
        ),
        call("consent_to_cancel", "/exchange/ID/consent", Value::Null),
        call("resolve", "/exchange/ID/settle", Value::Null),
        call("mark_paid", "/orders/ID/pay", Value::Null),
        call("ask_return", "/orders/ID/return", json!({})),
        call("drop_return", "/orders/ID/drop-return", Value::Null),
        call("ask_renewal", "/loans/ID/renewal", due.clone()),
        call("grant_renewal", "/loans/ID/renewal/grant", Value::Null),
        call("refuse_renewal", "/loans/ID/renewal/refuse", Value::Null),
        call("extend_loan", "/loans/ID/extend", due),
        call("let_keep", "/loans/ID/let-keep", Value::Null),
        call("agree_to_keep", "/loans/ID/agree-to-keep", Value::Null),
    ];
    let mut legs: Vec<(Value, String)> = Vec::new();
    for leg in seen["legs"].as_array().unwrap() {
        let whose = format!("{}’s", leg["from"].as_str().unwrap());
        legs.push((leg["id"].clone(), whose));
    }
    if legs.is_empty() {
        legs.push((json!("999999"), "nobody’s".into()));
    }
    for (leg, whose) in legs {
        let body = json!({ "leg": leg });
        let report = json!({ "leg": leg, "problem": "wrong_book", "details": "It is not right." });
        for (verb, method, path, body) in [
            ("send", "PUT", "/exchange/ID/send", body.clone()),
            ("hand_over", "PUT", "/exchange/ID/hand-over", body.clone()),
            ("receive", "PUT", "/exchange/ID/receive", body),
            ("report_problem", "POST", "/exchange/ID/problems", report),
        ] {
            let leg = Some((leg.as_str().unwrap().to_owned(), whose.clone()));
            all.push(Call {
                leg,
                method,
                ..call(verb, path, body)
            });
        }
    }
    all
}

/// Everything that is granted, and the state that it leads to.
const TABLE: &str = include_str!("table.txt");

#[tokio::test]
async fn each_state_step_and_party_follows_the_table_of_the_rules() {
    let world = World::new().await;
    let mut granted = Vec::new();
    let mut verbs = BTreeSet::new();
    let mut wrong: Vec<String> = Vec::new();
    for &state in STATES {
        let id = world.made(state).await;
        for (handle, program, cx) in [
            ("ana", &world.ana, &world.ana_cx),
            ("ben", &world.ben, &world.ben_cx),
        ] {
            let seen = get(program, &id).await;
            let rules = trades::page(cx, id.parse().unwrap()).await.unwrap().allowed;
            let rules: Vec<&str> = rules.iter().map(|verb| verb.as_str()).collect();
            assert_eq!(seen["may"], json!(rules), "{state} {handle}");
            let calls = calls(&world, &seen, handle);
            for &word in &rules {
                let known = calls.iter().any(|call| call.verb == word) || ELSEWHERE.contains(&word);
                assert!(known, "no address for {word} of {handle} in {state}");
            }
            for call in &calls {
                let case = format!("{state}: {handle} {}", call.name());
                verbs.insert(call.verb);
                if call.is_shown(&seen) {
                    granted.push((state, handle, call.name(), case));
                    continue;
                }
                let refused = call.by(program).await;
                let status = refused.status.as_u16();
                // Books that are promised, and what cannot be said of them, are wrong in their field,
                // which is looked at before the rest.
                let field = match call.verb {
                    "report_problem" => "problem",
                    "counter" => "books",
                    _ => "",
                };
                if status != 409 && !(status == 422 && refused.fields() == [field]) {
                    wrong.push(format!("{case}: {status} {}", refused.text));
                }
            }
            for call in &calls {
                let answer = world.cleo.send(call.method, &call.path, &call.body).await;
                assert_eq!(answer.json["code"], "not_found", "{state}: {}", call.name());
            }
            assert_eq!(
                get(program, &id).await,
                seen,
                "{state} is no longer the same"
            );
        }
    }
    world.end_open_proposals().await;
    let mut lines = String::new();
    for (state, handle, name, case) in granted {
        let id = world.made(state).await;
        let program = if handle == "ana" {
            &world.ana
        } else {
            &world.ben
        };
        let seen = get(program, &id).await;
        let call = calls(&world, &seen, handle)
            .into_iter()
            .find(|call| call.name() == name)
            .unwrap();
        let answer = call.by(program).await;
        let status = answer.status.as_u16();
        assert!(
            matches!(status, 200 | 201),
            "{case}: {status} {}",
            answer.text
        );
        let to = answer.json["state"].as_str().unwrap();
        let _ = writeln!(lines, "{case} → {to}");
        // And once more is another thing.
        let again = call.by(program).await.status.as_u16();
        assert!(again != 404 && again < 500, "{case}, twice: {again}");
        world.end_open_proposals().await;
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(verbs.len(), 20);
    if std::env::var_os("DOGEAR_WRITE_TABLE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/exchange/table.txt");
        std::fs::write(path, &lines).unwrap();
        return;
    }
    assert_eq!(lines, TABLE);
}
