//! Forms on pages that are older than what is saved: nothing is written over unseen.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::trades::Method;

use super::app::{Answer, Browser, TestApp};
use super::trading::{agreed, listed};

/// A form, as it is sent from one tab and from an older one.
struct Edit<'a> {
    page: String,
    function: &'static str,
    /// The field in which the form says what it showed.
    version: &'static str,
    /// Fields of both.
    with: Vec<(&'a str, &'a str)>,
    /// What the tabs enter, and how the page shows it.
    field: &'a str,
    first: (&'a str, &'a str),
    second: (&'a str, &'a str),
}

impl Edit<'_> {
    async fn send(&self, tab: &Browser, opened: Answer, text: &str) -> Answer {
        let form = opened.form(self.function);
        let hidden: Vec<(String, String)> = form.hidden_fields().collect();
        let mut fields: Vec<(&str, &str)> = hidden
            .iter()
            .filter(|(name, _)| name != "kind" || !self.with.iter().any(|(n, _)| n == name))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.extend(self.with.iter().copied());
        fields.push((self.field, text));
        tab.post(self.function, &fields).await
    }

    /// Both tabs save; the second is refused with both versions, and saves knowingly.
    async fn lose_nothing(&self, tab: &Browser) {
        let what = self.function;
        let (one, two) = (tab.get(&self.page).await, tab.get(&self.page).await);
        let saved = self.send(tab, one, self.first.0).await;
        assert_eq!(
            saved.status,
            StatusCode::SEE_OTHER,
            "{what}: {}",
            saved.body
        );
        let refused = self.send(tab, two, self.second.0).await;
        assert_eq!(
            refused.status,
            StatusCode::CONFLICT,
            "{what}: {}",
            refused.body
        );
        let both = refused
            .body
            .split("Both versions")
            .nth(1)
            .and_then(|rest| rest.split("</section>").next())
            .unwrap_or_else(|| panic!("{what}: both versions are missing in {}", refused.body));
        let (saved, typed) = (
            both.find(&format!(">{}</", self.first.1)),
            both.find(&format!(">{}</", self.second.1)),
        );
        assert!(
            saved.is_some() && saved < typed,
            "{what}: not side by side: {both}"
        );
        // The form holds what was typed, and by now its reader has seen the other.
        let knowingly = self.send(tab, refused, self.second.0).await;
        assert_eq!(
            knowingly.status,
            StatusCode::SEE_OTHER,
            "{what}: {}",
            knowingly.body
        );
        // A form sent once more says what is saved already.
        let again = tab.get(&self.page).await;
        let version = again.form(what).hidden(self.version).to_owned();
        assert!(!version.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn f19_a_form_from_an_old_page_never_writes_over_what_was_saved_since() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (_, as_ben) = app.signed_in("ben", Role::Member).await;
    let (dov, _) = app.signed_in("dov", Role::Admin).await;
    let copy = listed(&as_ana, "Emma").await.expect("a copy");
    let work: i64 = sqlx::query_scalar("select work_id from copies where id = $1")
        .bind(copy)
        .fetch_one(as_ana.db())
        .await
        .expect("a work");
    let trade = agreed(&as_ben, &as_ana, Method::Post, "Swap")
        .await
        .expect("a trade");
    let book = ana
        .get(&format!("/books/{work}"))
        .await
        .location()
        .to_owned();
    let settings: Vec<(String, String)> = {
        let page = dov.get("/admin/settings").await;
        dogear_domain::trades::Setting::ALL
            .iter()
            .filter(|setting| setting.as_str() != "reply_days")
            .map(|setting| {
                let name = setting.as_str().to_owned();
                let value = page.hidden(&name).to_owned();
                (name, value)
            })
            .collect()
    };
    let settings = settings
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let today = as_ana.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = |days: i64| (today + jiff::Span::new().days(days)).to_string();
    let (soon, later) = (day(7), day(14));
    let profile = |field, first, second| Edit {
        page: "/settings/profile".into(),
        function: "/api/accounts/save-profile",
        version: "version",
        with: [
            ("display_name", "Ana"),
            ("about", "Novels."),
            ("city", ""),
            ("region", ""),
            ("country", ""),
            ("time_zone", "UTC"),
        ]
        .into_iter()
        .filter(|(name, _)| *name != field)
        .collect(),
        field,
        first: (first, first),
        second: (second, second),
    };
    let by_ana = [
        Edit {
            page: format!("/copies/{copy}/edit"),
            function: "/api/copies/edit",
            version: "version",
            with: vec![("grade", "good"), ("offer", "trade")],
            field: "note",
            first: ("Torn page 12.", "Torn page 12."),
            second: ("With a bookplate.", "With a bookplate."),
        },
        Edit {
            page: format!("/copies/{copy}/edit"),
            function: "/api/copies/edit",
            version: "version",
            with: vec![("note", "With a bookplate."), ("offer", "trade")],
            field: "grade",
            first: ("fair", "Fair"),
            second: ("very-good", "Very good"),
        },
        profile("about", "Poems.", "Plays."),
        profile("city", "Leeds", "York"),
        Edit {
            page: "/settings/away".into(),
            function: "/api/accounts/set-away",
            version: "version",
            with: vec![],
            field: "last_day",
            first: (&soon, &soon),
            second: (&later, &later),
        },
        Edit {
            page: "/settings/trades".into(),
            function: "/api/accounts/set-gift-requests",
            version: "version",
            with: vec![],
            field: "gifts",
            first: ("no", "Only for a book of theirs"),
            second: ("yes", "They may ask me for a gift"),
        },
        Edit {
            page: format!("/trades/{trade}"),
            function: "/api/trades/save-address",
            version: "version",
            with: vec![],
            field: "address",
            first: ("Ana, 1 High Street, Leeds", "Ana, 1 High Street, Leeds"),
            second: ("Ana, 2 Low Street, York", "Ana, 2 Low Street, York"),
        },
        Edit {
            page: format!("{book}/review"),
            function: "/api/reviews/write",
            version: "version",
            with: vec![("stars", "4"), ("quarters", "0")],
            field: "body",
            first: ("Slow.", "Slow."),
            second: ("Slow, then good.", "Slow, then good."),
        },
        Edit {
            page: format!("{book}/correct"),
            function: "/api/corrections/suggest",
            version: "seen",
            with: vec![],
            field: "title",
            first: ("Emma: a novel", "Emma: a novel"),
            second: ("Emma, a novel", "Emma, a novel"),
        },
        Edit {
            page: "/settings/notifications".into(),
            function: "/api/notifications/choose",
            version: "version",
            with: vec![("kind", "trade_message")],
            field: "mail",
            first: ("none", "Nothing"),
            second: ("trade_message", "Mail"),
        },
    ];
    for edit in &by_ana {
        edit.lose_nothing(&ana).await;
    }
    let by_an_admin = Edit {
        page: "/admin/settings".into(),
        function: "/api/moderation/change-settings",
        version: "seen",
        with: settings,
        field: "reply_days",
        first: ("8", "8"),
        second: ("9", "9"),
    };
    by_an_admin.lose_nothing(&dov).await;
    // What a script sends, without having seen a page, is taken as it is.
    let script = ana
        .post(
            "/api/copies/edit",
            &[
                ("copy", &copy.to_string()),
                ("grade", "good"),
                ("note", ""),
                ("offer", "trade"),
            ],
        )
        .await;
    assert_eq!(script.status, StatusCode::SEE_OTHER);
}
