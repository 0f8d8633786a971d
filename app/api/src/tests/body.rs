//! Bodies and addresses that nobody means.

use serde::Deserialize;

use crate::body::{Change, read};
use crate::problem::Code;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // read, and then not looked at
struct Sent {
    name: String,
    #[serde(default)]
    count: Option<i64>,
    #[serde(default)]
    note: Change<String>,
    #[serde(default)]
    inner: Option<Inner>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // read, and then not looked at
struct Inner {
    price: i32,
}

fn refused(body: &[u8]) -> (Code, String) {
    let problem = read::<Sent>(body).unwrap_err();
    let body = serde_json::to_value(problem.body()).unwrap();
    let field = body["errors"][0]["field"].as_str().unwrap_or_default();
    (problem.code(), field.to_owned())
}

#[test]
fn what_is_wrong_is_named() {
    for (body, field) in [
        (r#"{"name": "a", "nam": 1}"#, "nam"),
        (r#"{"count": 1}"#, "name"),
        (r#"{"name": "a", "name": "b"}"#, "name"),
        (r#"{"name": 1}"#, "name"),
        (r#"{"name": "a", "count": 1.5}"#, "count"),
        (r#"{"name": "a", "count": 9223372036854775808}"#, "count"),
        (r#"{"name": "a", "count": "1"}"#, "count"),
        (
            r#"{"name": "a", "inner": {"price": 99999999999}}"#,
            "inner.price",
        ),
        (
            r#"{"name": "a", "inner": {"price": 1, "prize": 1}}"#,
            "inner.prize",
        ),
        (r#"{"name": "a", "inner": {}}"#, "inner.price"),
        ("[]", "body"),
        (r#"["a", 1, null, null]"#, "body"),
        ("null", "body"),
    ] {
        let (code, named) = refused(body.as_bytes());
        assert_eq!((code, named.as_str()), (Code::Invalid, field), "{body}");
    }
}

#[test]
fn what_is_no_json_is_refused_whole() {
    for body in [
        b"".as_slice(),
        b"{",
        b"{\"name\": NaN}",
        b"{\"name\": 'a'}",
        b"{\"name\": \"a\"} {}",
        b"{\"name\": \"\xff\"}",
        b"\xef\xbb\xbf{\"name\": \"a\"}",
        b"{\0\"\0",
    ] {
        assert_eq!(
            refused(body).0,
            Code::Malformed,
            "{:?}",
            String::from_utf8_lossy(body)
        );
    }
}

#[test]
fn a_body_as_deep_as_a_well_is_refused_at_its_first_step() {
    let deep = [vec![b'['; 10_000], vec![b']'; 10_000]].concat();
    assert_eq!(refused(&deep).0, Code::Invalid);
    let inside = [b"{\"name\": ".as_slice(), &deep, b"}"].concat();
    assert_eq!(refused(&inside), (Code::Invalid, "name".into()));
}

#[test]
fn a_field_that_is_not_sent_is_not_one_that_is_empty() {
    let note = |body: &str| read::<Sent>(body.as_bytes()).unwrap().note;
    assert_eq!(note(r#"{"name": "a"}"#), Change::Keep);
    assert_eq!(note(r#"{"name": "a", "note": null}"#), Change::Clear);
    assert_eq!(
        note(r#"{"name": "a", "note": ""}"#),
        Change::Set(String::new())
    );
    assert_eq!(Change::Keep.over(Some(1)), Some(1));
    assert_eq!(Change::Clear.over(Some(1)), None);
    assert_eq!(Change::Set(2).over(Some(1)), Some(2));
}
