//! Cookies as the browser sent them. What comes after this reads names percent-decoded, so that
//! `%5F%5FHost-sid`, which any page may set, would pass for `__Host-sid`, which only ours can.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use dogear_app::http::{flash_cookie, joining_cookie, plain_page, session_cookie, theme_cookie};

/// The middleware: our own cookies pass, by their exact names; two sessions are refused, since
/// nobody can say whose the second one is.
pub(super) async fn cookies(https: bool, mut request: Request, next: Next) -> Response {
    let ours = [
        session_cookie(https),
        flash_cookie(https),
        theme_cookie(https),
        joining_cookie(https),
    ];
    let Ok(cookies) = chosen(request.headers(), &ours) else {
        return refused(https);
    };
    request.headers_mut().remove(header::COOKIE);
    if let Some(cookies) = cookies {
        request.headers_mut().insert(header::COOKIE, cookies);
    }
    next.run(request).await
}

/// Two cookies have the session's name.
struct TwoSessions;

/// The cookies with one of these names, the first of each; the first name is the session's.
fn chosen<const N: usize>(
    headers: &HeaderMap,
    ours: &[&str; N],
) -> Result<Option<HeaderValue>, TwoSessions> {
    let mut found: [Option<&str>; N] = [None; N];
    for header in headers.get_all(header::COOKIE) {
        let pairs = header.to_str().unwrap_or_default().split(';');
        for pair in pairs.map(str::trim) {
            let name = pair
                .split_once('=')
                .map_or(pair, |(name, _)| name.trim_end());
            let Some(place) = ours.iter().position(|known| *known == name) else {
                continue;
            };
            match (place, found[place]) {
                (_, None) => found[place] = Some(pair),
                (0, Some(_)) => return Err(TwoSessions),
                (_, Some(_)) => {}
            }
        }
    }
    let kept: Vec<&str> = found.into_iter().flatten().collect();
    Ok(HeaderValue::from_str(&kept.join("; "))
        .ok()
        .filter(|value| !value.is_empty()))
}

/// Browsers that know the header throw all cookies of the site away, and the next try works.
fn refused(https: bool) -> Response {
    let mut response = plain_page(
        StatusCode::BAD_REQUEST,
        "Two sessions at once",
        "Your browser sent two sessions of this site, and one of them may not be yours. Delete the cookies of this site, then log in again.",
        "",
    );
    if https {
        let all = HeaderValue::from_static("\"cookies\"");
        response.headers_mut().insert("clear-site-data", all);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sent: &[&str]) -> Result<String, TwoSessions> {
        let mut headers = HeaderMap::new();
        for value in sent {
            headers.append(header::COOKIE, HeaderValue::from_str(value).unwrap());
        }
        let kept = chosen(&headers, &["__Host-sid", "__Host-flash", "__Host-theme"])?;
        Ok(kept.map_or_else(String::new, |kept| kept.to_str().unwrap().to_owned()))
    }

    #[test]
    fn a14_names_are_read_as_they_are() {
        for (sent, kept) in [
            (&["__Host-sid=a; x=1"][..], "__Host-sid=a"),
            (&["%5F%5FHost-sid=b"], ""),
            (&["%5f%5fHost-sid=b; __Host-sid=a"], "__Host-sid=a"),
            (&["__Host-si%64=b", "__host-sid=c", "sid=d"], ""),
            (
                &["%5F%5FHost-flash=b; flash=c; __Host-theme=dark"],
                "__Host-theme=dark",
            ),
            (
                &["__Host-theme=dark; __Host-theme=sepia"],
                "__Host-theme=dark",
            ),
            (&["", ";;=; =x", "__Host-sid"], "__Host-sid"),
        ] {
            assert_eq!(of(sent).ok().as_deref(), Some(kept), "{sent:?}");
        }
        for sent in [
            &["__Host-sid=a; __Host-sid=b"][..],
            &["__Host-sid=a", "__Host-sid=a"],
            &["__Host-sid =a; __Host-sid=b"],
        ] {
            assert!(of(sent).is_err(), "{sent:?}");
        }
    }
}
