use super::*;

fn ring() -> Trade {
    let items = vec![item(1, ANA, BO), item(2, BO, CAI), item(3, CAI, ANA)];
    let draft = Trade::draft(ANA, &[ANA, BO, CAI], items, Method::Post);
    world::World::new(draft)
        .done(by(ANA), &Action::Propose { granted: false }, day(0))
        .trade
}

#[test]
fn an_answer_names_what_was_seen() {
    let trade = swap(TradeState::Proposed);
    let seen = trade.seen();
    assert_eq!(seen.to_string().parse(), Ok(seen));
    assert!("1".parse::<ProposalVersion>().is_err());
    let accept = |seen| leads_to(&trade, by(BO), &Action::Accept { seen }, day(1));
    let stale = ProposalVersion {
        revision: 0,
        ..seen
    };
    assert_eq!(accept(stale), Err(TradeError::StaleRevision { current: 1 }));
    let other_terms = ProposalVersion {
        terms: seen.terms - 1,
        ..seen
    };
    assert_eq!(accept(other_terms), Err(TradeError::TermsChanged));
    assert_eq!(accept(seen), Ok(TradeState::Agreed));
    let again = leads_to(&trade, by(ANA), &Action::Accept { seen }, day(1));
    assert_eq!(again, Err(TradeError::AlreadyAccepted));
}

#[test]
fn the_deadline_ends_answers_at_its_instant() {
    let trade = swap(TradeState::Proposed);
    let accept = Action::Accept { seen: trade.seen() };
    let before = day(7) - SignedDuration::from_secs(1);
    assert_eq!(
        leads_to(&trade, by(BO), &accept, before),
        Ok(TradeState::Agreed)
    );
    assert_eq!(
        leads_to(&trade, by(BO), &accept, day(7)),
        Err(TradeError::TooLate)
    );
    let expire = |now| leads_to(&trade, Actor::System, &Action::Expire, now);
    assert_eq!(expire(before), Err(TradeError::TooEarly));
    assert_eq!(expire(day(7)), Ok(TradeState::Expired));
    assert_eq!(
        leads_to(&trade, by(BO), &Action::Decline, day(9)),
        Ok(TradeState::Declined)
    );
}

#[test]
fn agreement_holds_copies_in_order_and_makes_one_leg_per_direction() {
    let trade = swap(TradeState::Proposed);
    let made = apply(
        &trade,
        by(BO),
        &Action::Accept { seen: trade.seen() },
        day(1),
    )
    .unwrap();
    let create = |from, to| Effect::CreateLeg {
        from,
        to,
        send_due: day(8),
        purpose: LegPurpose::Give,
    };
    assert_eq!(
        made.effects,
        [
            Effect::SetAcceptance {
                party: BO,
                revision: Some(1)
            },
            Effect::PlaceHolds(vec![CopyId(1), CopyId(2), CopyId(3)]),
            create(ANA, BO),
            create(BO, ANA),
        ]
    );
}

#[test]
fn a_counter_asks_everybody_else_anew() {
    let trade = swap(TradeState::Proposed);
    let items = vec![item(3, BO, ANA)];
    let counter = Action::Counter {
        seen: trade.seen(),
        items: items.clone(),
        method: Method::Meet,
    };
    let made = apply(&trade, by(BO), &counter, day(3)).unwrap();
    assert_eq!((made.revision, made.reply_due), (2, Some(day(10))));
    let added = Effect::AddRevision {
        number: 2,
        author: BO,
        method: Method::Meet,
        items,
    };
    assert_eq!(made.effects[0], added);
    let world = world::World::new(trade).done(by(BO), &counter, day(3));
    assert!(world.trade.has_accepted(BO) && !world.trade.has_accepted(ANA));
    let withdraw = leads_to(&world.trade, by(ANA), &Action::Withdraw, day(3));
    assert_eq!(
        withdraw,
        Err(TradeError::NotYourTurn {
            verb: Verb::Withdraw
        })
    );
    assert_eq!(
        leads_to(&world.trade, by(ANA), &Action::Decline, day(3)),
        Ok(TradeState::Declined)
    );
}

#[test]
fn revisions_are_limited_and_checked() {
    let mut trade = swap(TradeState::Proposed);
    let counter = |trade: &Trade, items: &[Item]| {
        let action = Action::Counter {
            seen: trade.seen(),
            items: items.to_vec(),
            method: Method::Post,
        };
        leads_to(trade, by(BO), &action, day(1))
    };
    let good = [item(3, BO, ANA)];
    assert_eq!(counter(&trade, &[]), Err(RevisionError::Empty.into()));
    trade.revision = 9;
    assert_eq!(counter(&trade, &good), Ok(TradeState::Proposed));
    trade.revision = 10;
    assert_eq!(
        counter(&trade, &good),
        Err(TradeError::TooManyRevisions { max: 10 })
    );

    let parties = &trade.parties;
    let wrong = |items: &[Item]| validate_revision(items, parties).unwrap_err();
    assert_eq!(
        wrong(&[item(1, ANA, BO), item(1, ANA, BO)]),
        RevisionError::CopyTwice(CopyId(1))
    );
    assert_eq!(
        wrong(&[item(1, ANA, ANA)]),
        RevisionError::ToOneself(CopyId(1))
    );
    assert_eq!(
        wrong(&[item(1, ANA, CAI)]),
        RevisionError::Stranger(CopyId(1))
    );
    assert_eq!(
        validate_revision(&good, &parties[..1]),
        Err(RevisionError::Parties)
    );
    let twins = [parties[0], parties[0]];
    assert_eq!(
        validate_revision(&good, &twins),
        Err(RevisionError::Parties)
    );
    let three = ring().parties;
    assert_eq!(
        validate_revision(&good, &three),
        Err(RevisionError::IdleParty)
    );
    assert_eq!(validate_revision(&good, parties), Ok(()));
}

#[test]
fn changed_terms_void_the_acceptances_of_others_only() {
    let world = world::World::new(ring());
    let accept = Action::Accept {
        seen: world.trade.seen(),
    };
    let world = world.done(by(BO), &accept, day(1));
    let edited = world.done(
        Actor::System,
        &Action::TermsChanged { copy: CopyId(2) },
        day(2),
    );
    // Copy 2 is Bo’s own: his acceptance stays, Ana’s falls away.
    assert!(edited.trade.has_accepted(BO) && !edited.trade.has_accepted(ANA));
    assert_eq!(edited.trade.reply_due, Some(day(9)));
    let stale = leads_to(&edited.trade, by(CAI), &accept, day(2));
    assert_eq!(stale, Err(TradeError::TermsChanged));
    let missing = Action::TermsChanged { copy: CopyId(77) };
    let refused = leads_to(&edited.trade, Actor::System, &missing, day(2));
    assert_eq!(refused, Err(TradeError::CopyNotInTrade));
    let fresh = Action::Accept {
        seen: edited.trade.seen(),
    };
    let agreed = edited
        .done(by(ANA), &fresh, day(2))
        .done(by(CAI), &fresh, day(2));
    assert_eq!(agreed.trade.state, TradeState::Agreed);
}

#[test]
fn a_ring_is_agreed_by_its_last_member() {
    let world = world::World::new(ring());
    let accept = Action::Accept {
        seen: world.trade.seen(),
    };
    let world = world.done(by(CAI), &accept, day(1));
    assert_eq!(world.trade.state, TradeState::Proposed);
    // Nothing was asked anew: the others have no longer than before.
    assert_eq!(world.trade.reply_due, ring().reply_due);
    assert!(world.holds.is_empty());
    let world = world.done(by(BO), &accept, day(1));
    assert_eq!(world.trade.state, TradeState::Agreed);
    assert_eq!((world.holds.len(), world.trade.legs.len()), (3, 3));
}

#[test]
fn a_version_is_written_with_a_dot_also_in_json() {
    let seen = swap(TradeState::Proposed).seen();
    assert_eq!(seen.to_string(), "1.3");
    assert_eq!(serde_json::to_value(seen).unwrap(), "1.3");
    assert_eq!(
        serde_json::from_str::<ProposalVersion>("\"1.3\"").unwrap(),
        seen
    );
}

#[test]
fn what_travels_on_a_leg_has_its_giver_and_its_receiver() {
    let mut trade = agreed(LegState::Pending, LegState::Pending);
    trade.items.extend([item(4, ANA, CAI), item(5, CAI, BO)]);
    let copies: Vec<CopyId> = trade
        .items_of(&trade.legs[0])
        .map(|item| item.copy)
        .collect();
    assert_eq!(copies, [CopyId(1), CopyId(2)]);
}

#[test]
fn questions_come_before_giving_and_giving_before_receiving() {
    // The parcel is due long before the book that waits.
    let mut trade = agreed(LegState::Sent, LegState::Pending);
    trade.legs[0].receive_due = Some(day(1));
    assert_eq!(trade.next_action(BO).verb, Some(Verb::Send));
    trade.parties[0].cancel_requested = true;
    assert_eq!(trade.next_action(BO).verb, Some(Verb::ConsentToCancel));

    // Of two of one kind the one that is due first, and nobody who has longer.
    let mut trade = agreed(LegState::Pending, LegState::Pending);
    assert_eq!(trade.next_action(STRANGER).who, Who::Members(vec![ANA, BO]));
    trade.legs[0].send_due = day(9);
    let next = trade.next_action(STRANGER);
    assert_eq!(
        (next.who, next.until),
        (Who::Members(vec![BO]), Some(day(7)))
    );
    // Nor who does something else by the same day.
    let mut trade = agreed(LegState::Sent, LegState::Pending);
    trade.legs[0].receive_due = Some(day(7));
    trade.legs[0].to = CAI;
    assert_eq!(trade.next_action(STRANGER).who, Who::Members(vec![BO]));

    let draft = swap(TradeState::Draft).next_action(ANA);
    assert_eq!((draft.who, draft.verb), (Who::You, Some(Verb::Propose)));
}

#[test]
fn the_headline_names_who_is_waited_for() {
    let trade = swap(TradeState::Proposed);
    let next = trade.next_action(BO);
    assert_eq!(
        (next.who, next.verb, next.until),
        (Who::You, Some(Verb::Accept), Some(day(7)))
    );
    assert_eq!(trade.next_action(ANA).who, Who::Members(vec![BO]));
    assert_eq!(ring().next_action(ANA).who, Who::Members(vec![BO, CAI]));
    assert_eq!(
        ring().next_action(MODERATOR).who,
        Who::Members(vec![BO, CAI])
    );

    let trade = agreed(LegState::Pending, LegState::Sent);
    assert_eq!(trade.next_action(ANA).verb, Some(Verb::Send));
    assert_eq!(trade.next_action(BO).who, Who::Members(vec![ANA]));
    let mut asked = agreed(LegState::Sent, LegState::Sent);
    assert_eq!(asked.next_action(ANA).verb, Some(Verb::Receive));
    asked.parties[1].cancel_requested = true;
    assert_eq!(asked.next_action(ANA).verb, Some(Verb::ConsentToCancel));
    assert_eq!(asked.next_action(BO).verb, Some(Verb::Receive));

    assert_eq!(
        disputed(LegState::Sent, LegState::Sent)
            .next_action(ANA)
            .who,
        Who::Moderators
    );
    for &state in TradeState::ALL.iter().filter(|state| state.is_final()) {
        assert_eq!(typical(state).next_action(ANA).who, Who::Nobody, "{state}");
    }
}

#[test]
fn limits_and_reminders_follow_the_policy() {
    let policy: Policy = serde_json::from_str(r#"{"reply_days": 9}"#).unwrap();
    assert_eq!(
        policy,
        Policy {
            reply_days: 9,
            ..Policy::default()
        }
    );
    let policy = Policy::default();
    // Five days after both began, each is reminded of.
    assert_eq!(
        policy.remind_replies_due_by(day(5)),
        policy.reply_due(day(0))
    );
    assert_eq!(
        policy.remind_sending_due_by(day(5)),
        policy.send_due(day(0))
    );
    assert_eq!(policy.remind_of_sent_by(day(14)), day(0));
    assert_eq!(policy.remind_of_met_by(day(2)), day(0));
    assert_eq!(policy.remind_of_met_by(Timestamp::MIN), Timestamp::MIN);
    assert_eq!(
        (policy.lost(day(0), false), policy.lost(day(0), true)),
        (day(26), day(35))
    );
    assert_eq!(policy.reply_due(Timestamp::MAX), Timestamp::MAX);
    assert_eq!(policy.check_open_proposals(0, 2), Ok(()));
    let full = Err(TradeError::TooManyProposals { max: 3 });
    assert_eq!(policy.check_open_proposals(0, 3), full);
    assert_eq!(policy.check_open_proposals(1, 30), Ok(()));
}

#[test]
fn u06_books_for_nothing_are_asked_for_in_so_many_words() {
    use super::super::{GiftError, check_gift};
    for (gives, gets) in [(1, 1), (2, 0), (0, 0)] {
        assert_eq!(check_gift(gives, gets, false, false), Ok(()));
    }
    assert_eq!(check_gift(0, 2, true, true), Ok(()));
    assert_eq!(check_gift(0, 2, true, false), Err(GiftError::NotSaid));
    for said in [false, true] {
        assert_eq!(check_gift(0, 1, false, said), Err(GiftError::NotTaken));
    }
}

#[test]
fn u16_a_parcel_without_an_address_is_due_on_no_day() {
    let mut trade = agreed(LegState::Pending, LegState::Pending);
    assert!(trade.next_action(ANA).until.is_some());
    trade.parties[1].has_address = false;
    let next = trade.next_action(ANA);
    assert_eq!((next.verb, next.until), (Some(Verb::Send), None));
    assert!(trade.next_action(BO).until.is_some());
    let meeting = Trade {
        method: Method::Meet,
        ..trade
    };
    assert!(meeting.next_action(ANA).until.is_some());
}

#[test]
fn what_was_granted_beforehand_is_agreed_as_it_is_proposed() {
    let take = Action::Propose { granted: true };
    let gift = Trade::draft(ANA, &[ANA, BO], vec![item(1, BO, ANA)], Method::Post);
    let made = apply(&gift, by(ANA), &take, day(0)).unwrap();
    assert_eq!(made.to, TradeState::Agreed);
    assert_eq!(made.reply_due, None);
    let accepted = |party| Effect::SetAcceptance {
        party,
        revision: Some(1),
    };
    assert!(made.effects.contains(&accepted(ANA)) && made.effects.contains(&accepted(BO)));
    assert!(made.effects.contains(&Effect::PlaceHolds(vec![CopyId(1)])));
    // Nobody has granted anything for books of the one who takes.
    let items = vec![item(1, BO, ANA), item(2, ANA, BO)];
    let swap = Trade::draft(ANA, &[ANA, BO], items, Method::Post);
    assert_eq!(
        apply(&swap, by(ANA), &take, day(0)).map(|made| made.to),
        Err(TradeError::NotYourTurn { verb: Verb::Accept })
    );
}
