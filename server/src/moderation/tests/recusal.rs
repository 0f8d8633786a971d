use dogear_domain::accounts::Role;
use dogear_domain::moderation::Verdict;

use super::*;
use crate::moderation::decisions::{self, Ruling};
use crate::moderation::members::Suspension;
use crate::moderation::{case, listings, members};

fn ruling(subject: SubjectRef, verdict: Verdict) -> Ruling {
    Ruling::read(subject, verdict, "It goes against the rules.", "").unwrap()
}

fn suspension(who: &Cx) -> Suspension {
    Suspension::read(id(who), Some(7), "It goes against the rules.", "").unwrap()
}

/// The sentence with which something was refused.
fn refusal<T>(result: Result<T>) -> String {
    match result {
        Err(Error::Forbidden(sentence)) => sentence,
        Err(error) => panic!("refused with {error:?}"),
        Ok(_) => panic!("not refused"),
    }
}

#[tokio::test]
async fn whoever_reported_it_leaves_it_to_a_colleague() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = listed(&site, &ann, "Emma").await;
    let solaris = listed(&site, &ann, "Solaris").await;
    report(&bea, copy(emma), "misleading").await.unwrap();
    report(&ben, copy(emma), "spam").await.unwrap();

    let alone = refusal(listings::hide(&bea, None, emma, &said("Another copy."), &said("")).await);
    assert!(
        alone.starts_with("You have reported this yourself"),
        "{alone}"
    );
    assert!(
        alone.contains("An admin can make another member a moderator"),
        "{alone}"
    );
    let cleo = site.account("cleo", Role::Moderator).await;
    let dov = site.account("dov", Role::Admin).await;
    for verdict in [Verdict::Dismiss, Verdict::Hide, Verdict::Suspend7] {
        let sentence = refusal(decisions::decide(&bea, None, &ruling(copy(emma), verdict)).await);
        assert!(
            sentence.ends_with("dov or cleo has to decide."),
            "{sentence}"
        );
    }
    // From the member's own page neither, while the report waits.
    refusal(members::suspend(&bea, None, &suspension(&ann)).await);

    let seen = case::open(&bea, copy(emma)).await.unwrap();
    assert!(seen.verdicts.is_empty() && seen.claim.is_none() && seen.recused.is_some());
    let seen = case::open(&cleo, copy(emma)).await.unwrap();
    assert!(!seen.verdicts.is_empty() && seen.claim.is_some() && seen.recused.is_none());
    decisions::decide(&cleo, None, &ruling(copy(emma), Verdict::Dismiss))
        .await
        .unwrap();
    // What a colleague has answered is not judged again by the one who asked.
    refusal(listings::hide(&bea, None, emma, &said("All the same."), &said("")).await);
    // Nobody reported this one.
    listings::hide(&bea, None, solaris, &said("Another copy."), &said(""))
        .await
        .unwrap();
    members::suspend(&bea, None, &suspension(&ann))
        .await
        .unwrap();
    drop(dov);
}

#[tokio::test]
async fn the_parties_of_a_trade_do_not_judge_it() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let cleo = site.account("cleo", Role::Moderator).await;
    let (number, message) = trade(&site, &ann, &bea).await;
    let message = SubjectRef {
        kind: SubjectKind::Message,
        id: message.0,
    };
    let ben = site.member("ben").await;
    // A third party of the trade reports the letter and the trade.
    sqlx::query("insert into trade_parties (trade_id, user_id, position) values ($1, $2, 3)")
        .bind(number)
        .bind(id(&ben))
        .execute(ben.db())
        .await
        .unwrap();
    report(&ben, message, "harassment").await.unwrap();
    report(&ben, SubjectRef::trade(number), "fraud")
        .await
        .unwrap();
    for subject in [message, SubjectRef::trade(number)] {
        let sentence =
            refusal(decisions::decide(&bea, None, &ruling(subject, Verdict::Leave)).await);
        assert_eq!(
            sentence,
            "You are part of the trade in question, so cleo has to decide."
        );
        decisions::decide(&cleo, None, &ruling(subject, Verdict::Leave))
            .await
            .unwrap();
    }
    // With a problem open between them, she does not suspend him either.
    sqlx::query("update trades set state = 'disputed', reply_due = null where id = $1")
        .bind(number)
        .execute(bea.db())
        .await
        .unwrap();
    refusal(members::suspend(&bea, None, &suspension(&ann)).await);
    members::suspend(&cleo, None, &suspension(&ann))
        .await
        .unwrap();
}
