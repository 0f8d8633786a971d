//! Notifications on a real PostgreSQL.

mod kinds;

use dogear_domain::ids::NotificationId;

use super::*;
use crate::mail::templates;
use crate::testing::TestSite;
use crate::version::Version;
use crate::{Cx, Error};

fn id(cx: &Cx) -> UserId {
    cx.actor.as_ref().unwrap().id
}

async fn tell(site: &TestSite, user: UserId, kind: Kind, key: &str) {
    let letter = templates::notice(&site.services.settings, key, "Heading", &["Text"], "/inbox");
    let mut tx = site.services.db.begin().await.unwrap();
    let facts = Facts {
        who: "Ben".into(),
        what: key.into(),
        ..Facts::default()
    };
    notify(
        &site.visitor(),
        &mut tx,
        user,
        kind,
        &facts,
        key,
        Some(letter),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn readers_are_told_once_and_as_they_wish() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    save_prefs(
        &ann,
        &[
            Pref {
                kind: Kind::ParcelSent,
                in_app: false,
                mail: true,
            },
            Pref {
                kind: Kind::TradeMessage,
                in_app: true,
                mail: false,
            },
            Pref {
                kind: Kind::TradeDeclined,
                in_app: false,
                mail: false,
            },
            Pref {
                kind: Kind::Security,
                in_app: false,
                mail: false,
            },
        ],
        &Version::default(),
    )
    .await
    .unwrap();
    let kinds = [
        (Kind::TradeProposed, "by default"),
        (Kind::TradeWithdrawn, "by default without mail"),
        (Kind::ParcelSent, "mail only"),
        (Kind::TradeMessage, "inbox only"),
        (Kind::TradeDeclined, "neither"),
        (Kind::Security, "always"),
    ];
    for (kind, key) in kinds {
        tell(&site, id(&ann), kind, key).await;
        tell(&site, id(&ann), kind, key).await;
    }
    assert_eq!(
        site.mailed_subjects().await,
        ["always", "by default", "mail only"]
    );
    let inbox: Vec<Kind> = list(&ann, Filter::All, None)
        .await
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.kind)
        .collect();
    assert_eq!(
        inbox,
        [
            Kind::Security,
            Kind::TradeMessage,
            Kind::TradeWithdrawn,
            Kind::TradeProposed
        ]
    );
    let security = prefs(&ann)
        .await
        .unwrap()
        .into_iter()
        .find(|pref| pref.kind == Kind::Security);
    assert_eq!(
        security,
        Some(Pref {
            kind: Kind::Security,
            in_app: true,
            mail: true
        })
    );
}

#[tokio::test]
async fn mail_goes_to_confirmed_addresses_only_and_nothing_to_former_members() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    sqlx::query("update users set email_verified_at = null where id = $1")
        .bind(id(&ann))
        .execute(&site.services.db)
        .await
        .unwrap();
    sqlx::query("update users set status = 'deleted' where id = $1")
        .bind(id(&ben))
        .execute(&site.services.db)
        .await
        .unwrap();
    tell(&site, id(&ann), Kind::TradeProposed, "ann").await;
    tell(&site, id(&ben), Kind::TradeProposed, "ben").await;
    assert!(site.mailed_subjects().await.is_empty());
    let inbox = |cx: Cx| async move { list(&cx, Filter::All, None).await.unwrap().rows.len() };
    assert_eq!(inbox(ann).await, 1);
    assert_eq!(inbox(ben).await, 0);
}

#[tokio::test]
async fn the_inbox_is_paged_and_everybodys_own() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    for number in 0..35 {
        tell(&site, id(&ann), Kind::TradeWithdrawn, &format!("{number}")).await;
    }
    let first = list(&ann, Filter::Unread, None).await.unwrap();
    assert_eq!(first.rows.len(), 30);
    assert_eq!(first.rows[0].text, "Ben takes a proposal back: 34.");
    assert_eq!(first.older, Some(first.rows[29].id));
    let second = list(&ann, Filter::Unread, first.older).await.unwrap();
    assert_eq!((second.rows.len(), second.older), (5, None));
    assert!(list(&ben, Filter::All, None).await.unwrap().rows.is_empty());
    assert!(matches!(
        list(&site.visitor(), Filter::All, None).await,
        Err(Error::SignInRequired)
    ));
}

#[tokio::test]
async fn marks_are_the_readers_own_and_can_be_taken_back() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    for number in 0..3 {
        tell(&site, id(&ann), Kind::TradeWithdrawn, &format!("{number}")).await;
    }
    let unread = || async {
        let page = list(&ann, Filter::Unread, None).await.unwrap();
        page.rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let ids = unread().await;
    for (cx, id) in [(&ben, ids[0]), (&ann, NotificationId(0))] {
        assert!(matches!(mark_read(cx, id).await, Err(Error::NotFound)));
        assert!(matches!(mark_unread(cx, id).await, Err(Error::NotFound)));
    }
    for _ in 0..2 {
        assert_eq!(mark_read(&ann, ids[0]).await.unwrap(), "/inbox");
        assert_eq!(unread().await, ids[1..]);
    }
    mark_unread(&ann, ids[0]).await.unwrap();
    assert_eq!(unread().await, ids);

    let none = mark_all_read(&ben, None, Filter::All, ids[0])
        .await
        .unwrap();
    assert_eq!(none, Marked { count: 0, at: None });
    // None of them is about a trade.
    let none = mark_all_read(&ann, None, Filter::Trades, ids[0])
        .await
        .unwrap();
    assert_eq!(none.count, 0);
    let marked = mark_all_read(&ann, None, Filter::All, ids[1])
        .await
        .unwrap();
    assert_eq!(marked.count, 2);
    assert_eq!(unread().await, ids[..1]);
    let at = marked.at.unwrap();
    mark_unread_again(&ben, at).await.unwrap();
    assert_eq!(unread().await, ids[..1]);
    mark_unread_again(&ann, at).await.unwrap();
    assert_eq!(unread().await, ids);
}

#[tokio::test]
async fn a_notice_about_a_trade_carries_a_book_that_comes_to_the_reader() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let mut conn = site.services.db.acquire().await.unwrap();
    let (trade, works): (TradeId, Vec<i64>) = sqlx::query_as(
        "with work as (
           insert into works (title, title_key, slug)
           select title, title, title from unnest(array['emma', 'solaris']) title returning id, title),
         edition as (
           insert into editions (work_id) select id from work returning id, work_id),
         copy as (
           insert into copies (edition_id, work_id, owner_id, grade)
           select e.id, e.work_id, case w.title when 'emma' then $1 else $2 end, 4
           from edition e join work w on w.id = e.work_id returning id, owner_id),
         trade as (
           insert into trades (state, opened_by) values ('agreed', $1) returning id),
         revision as (
           insert into trade_revisions (trade_id, number, author_id)
           select id, 1, $1 from trade returning trade_id),
         item as (
           insert into trade_items (trade_id, revision, copy_id, from_user, to_user, terms_version, frozen)
           select trade_id, 1, copy.id, owner_id, case owner_id when $1 then $2 else $1 end, 1, '{}'
           from copy, revision)
         select (select id from trade), (select array_agg(id order by title) from work)",
    )
    .bind(id(&ann))
    .bind(id(&ben))
    .fetch_one(&mut *conn)
    .await
    .unwrap();
    let facts = Facts {
        trade: Some(trade),
        ..Facts::default()
    };
    for (cx, work) in [(&ann, works[1]), (&ben, works[0])] {
        let key = format!("{}", id(cx));
        notify(cx, &mut conn, id(cx), Kind::TradeAgreed, &facts, &key, None)
            .await
            .unwrap();
        let page = list(cx, Filter::Trades, None).await.unwrap();
        assert_eq!(page.rows[0].trade, Some(trade));
        assert_eq!(page.rows[0].work.map(|work| work.0), Some(work));
        assert_eq!(page.rows[0].path, format!("/trades/{trade}"));
    }
}

#[tokio::test]
async fn mails_say_how_to_stop_them_where_that_is_possible() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    for kind in [Kind::TradeMessage, Kind::Security] {
        tell(&site, id(&ann), kind, kind.as_str()).await;
    }
    let stops = async || -> Vec<Option<String>> {
        sqlx::query_scalar("select unsubscribe_url from mails order by id")
            .fetch_all(ann.db())
            .await
            .unwrap()
    };
    let queued = stops().await;
    site.run_jobs().await;
    assert_eq!(stops().await, [None, None], "it is a secret of the mailbox");
    let link = unsubscribe::link(&site.services.settings, id(&ann), Kind::TradeMessage);
    assert_eq!(queued, [Some(link.clone()), None]);
    let mut headers: Vec<_> = site
        .dev_mailbox
        .messages()
        .iter()
        .map(|mail| mail.header("List-Unsubscribe").map(str::to_owned))
        .collect();
    headers.sort();
    assert_eq!(headers, [None, Some(format!("<{link}>"))]);
}

#[tokio::test]
async fn one_click_stops_one_kind_and_cannot_be_forged() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let id = ann.actor.as_ref().unwrap().id;
    let link = unsubscribe::link(&site.services.settings, id, Kind::TradeMessage);
    let mail = NewMail {
        user: Some(id),
        to: "ann@readers.test".into(),
        kind: Kind::TradeMessage.as_str(),
        dedupe_key: "message".into(),
        content: Rendered {
            subject: "A message".into(),
            text: "A line.\n.\nA line after a lone dot.\n".into(),
            html: "<p>A line.</p>".into(),
            calendar: None,
        },
        trade: None,
        not_before: None,
        not_after: None,
        unsubscribe_url: Some(link),
    };
    let mut tx = ann.begin().await.unwrap();
    mail::queue(&mut tx, &mail).await.unwrap();
    tx.commit().await.unwrap();
    site.run_jobs().await;
    let caught = site.dev_mailbox.messages().remove(0);
    assert_eq!(
        caught.header("List-Unsubscribe-Post"),
        Some("List-Unsubscribe=One-Click")
    );
    let link = caught.header("List-Unsubscribe").unwrap().to_owned();
    let token = link
        .trim_matches(['<', '>'])
        .strip_prefix("http://dogear.test/unsubscribe/")
        .unwrap();

    let visitor = site.visitor();
    let wish = unsubscribe::describe_unsubscribe(&visitor, token).unwrap();
    assert_eq!((wish.user, wish.kind), (id, Kind::TradeMessage));
    let wants = async || {
        let all = prefs(&ann).await.unwrap();
        all.into_iter()
            .find(|pref| pref.kind == Kind::TradeMessage)
            .unwrap()
            .mail
    };
    assert!(wants().await, "looking changes nothing");

    let other = unsubscribe::link(
        &crate::Settings {
            secret_key: [8; 32],
            ..site.services.settings.clone()
        },
        id,
        Kind::TradeMessage,
    );
    let (payload, mac) = token.split_once('.').unwrap();
    let security = unsubscribe::link(&site.services.settings, id, Kind::Security);
    for forged in [
        other.rsplit('/').next().unwrap(),
        &format!("{payload}."),
        payload,
        "",
        &format!("{payload}x.{mac}"),
        &format!(".{mac}"),
        security.rsplit('/').next().unwrap(),
    ] {
        let answer = unsubscribe::unsubscribe(&visitor, forged).await;
        assert!(matches!(answer, Err(Error::NotFound)), "{forged}");
    }
    assert!(wants().await);

    unsubscribe::unsubscribe(&visitor, token).await.unwrap();
    unsubscribe::unsubscribe(&visitor, token).await.unwrap();
    assert!(!wants().await);
}

/// However many things happen, and to how many: nobody gets more than so many mails an hour
/// about what others do, and the inbox has everything.
#[tokio::test]
async fn a09_there_is_a_limit_of_mails_per_recipient_and_hour() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    for number in 0..60 {
        let kind = [Kind::TradeMessage, Kind::TradeProposed, Kind::TermsChanged][number % 3];
        tell(&site, id(&ann), kind, &format!("Ann {number}")).await;
    }
    tell(&site, id(&ben), Kind::TradeMessage, "Ben").await;
    tell(&site, id(&ann), Kind::Security, "Ann must know").await;
    let subjects = site.mailed_subjects().await;
    let to_ann = subjects
        .iter()
        .filter(|subject| subject.starts_with("Ann "))
        .count();
    assert_eq!(to_ann as i64, MAILS_AN_HOUR + 1, "and the one about safety");
    let more = "There is more in your inbox";
    assert_eq!(
        subjects.iter().filter(|subject| *subject == more).count(),
        1
    );
    for subject in ["Ben", "Ann must know"] {
        assert!(subjects.iter().any(|other| other == subject), "{subject}");
    }
    let inbox: i64 = sqlx::query_scalar("select count(*) from notifications where user_id = $1")
        .bind(id(&ann))
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert_eq!(inbox, 61);
    // An hour later she is written to again.
    sqlx::query("update mails set created_at = created_at - interval '61 minutes'")
        .execute(&site.services.db)
        .await
        .unwrap();
    tell(&site, id(&ann), Kind::TradeMessage, "Ann again").await;
    let subjects = site.mailed_subjects().await;
    assert!(subjects.iter().any(|subject| subject == "Ann again"));
}

#[tokio::test]
async fn a09_the_mails_of_an_hour_are_counted_one_after_the_other() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    for number in 1..MAILS_AN_HOUR {
        tell(
            &site,
            id(&ann),
            Kind::TradeMessage,
            &format!("Ann {number}"),
        )
        .await;
    }
    // What she asked for herself takes nothing from that.
    sqlx::query(
        "insert into mails (user_id, to_address, kind, subject, text_body, html_body,
             message_id, dedupe_key, state)
         select $1, 'ann@readers.test', 'reset', 'x', 'x', 'x', gen_random_uuid(),
             'link:' || n, 'sent' from generate_series(1, 30) n",
    )
    .bind(id(&ann))
    .execute(&site.services.db)
    .await
    .unwrap();
    let at_once = (0..8).map(|number| {
        let (site, ann) = (&site, id(&ann));
        async move { tell(site, ann, Kind::TradeMessage, &format!("At once {number}")).await }
    });
    futures::future::join_all(at_once).await;
    let notices: i64 = sqlx::query_scalar(
        "select count(*) from mails where starts_with(dedupe_key, 'notification:')",
    )
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    assert_eq!(notices, MAILS_AN_HOUR);
}
