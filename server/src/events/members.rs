//! Who is a member of an organisation: asked, joining, leaving, removed.

use dogear_domain::events::hosts::HostState;
use dogear_domain::events::organisations::{OrganisationRole, may_go};
use dogear_domain::fields::FieldProblem;
use dogear_domain::ids::{OrganisationId, OrganisationMemberId};

use super::helpers::{News, read_asked, tell, unknown};
use super::organisations::{administered, organisation};
use super::repo::hosts;
use super::repo::organisations::{self as repo, MemberRow};
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::notifications::Kind;
use crate::{Cx, Error, Result, limits};

/// Members of one organisation, with those who are asked.
const MOST: i64 = 100;

fn role(typed: &str) -> Result<OrganisationRole, FieldProblem> {
    typed.parse().map_err(|_| "Choose what they may do.".into())
}

/// Asks a member to join an organisation; gives their name.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever is no admin of it; `Invalid` with the form's
/// fields, also for a handle of nobody who can be asked; `Conflict` when it has as many members as it
/// can; `TooMany`.
pub async fn invite_member(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: OrganisationId,
    handle: &str,
    role: &str,
) -> Result<String> {
    let admin = cx.member()?.id;
    organisation(cx, id).await?;
    let (handle, role) = read_asked(handle, self::role(role))?;
    cx.limit(limits::INVITE, &admin.to_string()).await?;
    let asked = ("invite member", id, handle.as_str(), role);
    let mut once = match cx.once(key, &asked).await? {
        Idempotent::Done(name) => return Ok(name),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let invitee = hosts::invitee(tx, &handle, admin, now).await?;
    let (member, name) = invitee.ok_or_else(|| Error::field("handle", unknown()))?;
    if member == admin {
        let own = "This is you. Enter the handle of another reader.";
        return Err(Error::field("handle", own));
    }
    if !hosts::hold(tx, [admin, member]).await? {
        return Err(Error::NotFound);
    }
    let organisation = administered(tx, cx, id).await?;
    if repo::count(tx, id, None).await?.0 >= MOST {
        return Err(Error::Conflict(format!(
            "It has {MOST} members or has asked them, and more are not taken. Remove one first."
        )));
    }
    let row = repo::invite(tx, id, member, role, now).await?;
    let row =
        row.ok_or_else(|| Error::field("handle", "They are a member, or are asked to be."))?;
    let title = &organisation.form.name;
    let news = News {
        kind: Kind::HostInvited,
        what: title,
        reason: "join".to_owned(),
        path: dogear_urls::HOST.to_owned(),
        subject: format!("Will you join “{title}”?"),
        paragraphs: &[
            "Its members host its events together, and stand with their names on its page. Say yes or no on the page of what you host: until then nothing changes for you.",
        ],
    };
    tell(cx, tx, member, news, &format!("organisation:{row}:asked")).await?;
    once.commit(&name).await?;
    Ok(name)
}

/// A member, or somebody who is asked, under the lock of their organisation.
async fn open(tx: &mut Tx, id: OrganisationMemberId) -> Result<MemberRow> {
    let there = repo::member(&mut **tx, id).await?;
    let there = there.ok_or(Error::NotFound)?;
    repo::lock(tx, there.organisation).await?;
    // A statement of its own: it has to see what was committed while the row was waited for.
    repo::member(&mut **tx, id).await?.ok_or(Error::NotFound)
}

async fn open_own(tx: &mut Tx, cx: &Cx, id: OrganisationMemberId) -> Result<MemberRow> {
    let reader = cx.reader()?.id;
    let row = open(tx, id).await?;
    if row.member == reader {
        Ok(row)
    } else {
        Err(Error::NotFound)
    }
}

/// The same, for an admin of the organisation.
async fn open_for_admin(tx: &mut Tx, cx: &Cx, id: OrganisationMemberId) -> Result<MemberRow> {
    let row = open(tx, id).await?;
    administered(tx, cx, row.organisation).await?;
    Ok(row)
}

/// Refuses what would leave an organisation without an admin. The caller holds its lock.
async fn may_lose(tx: &mut Tx, row: &MemberRow) -> Result<()> {
    if row.state == HostState::Invited {
        return Ok(());
    }
    let (_, admins) = repo::count(tx, row.organisation, Some(row.id)).await?;
    may_go(row.role, admins).map_err(|why| Error::Conflict(why.into()))
}

/// Says yes to an organisation that asked whoever asks to join; gives it. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for what somebody else was asked, or nobody any more.
pub async fn accept_membership(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    membership: OrganisationMemberId,
) -> Result<(OrganisationId, String)> {
    cx.member()?;
    let mut once = match cx.once(key, &("accept membership", membership)).await? {
        Idempotent::Done(organisation) => return Ok(organisation),
        Idempotent::New(once) => once,
    };
    let row = open_own(&mut once.tx, cx, membership).await?;
    repo::join(&mut once.tx, row.id).await?;
    let joined = (row.organisation, row.slug);
    once.commit(&joined).await?;
    Ok(joined)
}

/// Says no to it.
///
/// # Errors
/// As [`accept_membership`], but for suspended readers too; `Conflict` for what they said yes to.
pub async fn decline_membership(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    membership: OrganisationMemberId,
) -> Result<()> {
    cx.reader()?;
    let mut once = match cx.once(key, &("decline membership", membership)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let row = open_own(&mut once.tx, cx, membership).await?;
    if row.state == HostState::Active {
        return Err(Error::Conflict(
            "You have said yes to this. You can leave on the page of its people.".into(),
        ));
    }
    repo::remove(&mut once.tx, &row).await?;
    once.commit(&()).await
}

/// Whoever asks is a member no more; their own events are theirs alone from then on.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever is no member; `Conflict` for the last admin.
pub async fn leave_organisation(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: OrganisationId,
) -> Result<()> {
    let reader = cx.reader()?.id;
    let mut once = match cx.once(key, &("leave organisation", id)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let own = repo::own(&mut **tx, id, reader).await?;
    let row = open_own(tx, cx, own.ok_or(Error::NotFound)?).await?;
    may_lose(tx, &row).await?;
    repo::remove(tx, &row).await?;
    once.commit(&()).await
}

/// Removes a member, or asks somebody no more; gives the organisation.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever is no admin of it; `Conflict` for the last
/// admin.
pub async fn remove_member(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    membership: OrganisationMemberId,
) -> Result<OrganisationId> {
    cx.member()?;
    let mut once = match cx.once(key, &("remove member", membership)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let row = open_for_admin(tx, cx, membership).await?;
    may_lose(tx, &row).await?;
    repo::remove(tx, &row).await?;
    if row.state == HostState::Active {
        let said = format!("You are no longer a member of “{}”.", row.name);
        tell_member(cx, tx, &row, said, "removed").await?;
    }
    once.commit(&row.organisation).await?;
    Ok(row.organisation)
}

/// Gives a member another role; gives the organisation. Doing it twice is fine.
///
/// # Errors
/// As [`remove_member`]; `Invalid` for a role that there is not.
pub async fn change_member_role(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    membership: OrganisationMemberId,
    role: &str,
) -> Result<OrganisationId> {
    cx.member()?;
    let role = self::role(role).map_err(|problem| Error::field("role", problem))?;
    let mut once = match cx
        .once(key, &("change member role", membership, role))
        .await?
    {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let row = open_for_admin(tx, cx, membership).await?;
    if row.role != role {
        may_lose(tx, &row).await?;
        repo::set_role(tx, row.id, role).await?;
        if row.state == HostState::Active {
            let said = match role {
                OrganisationRole::Admin => format!("You are an admin of “{}” now.", row.name),
                OrganisationRole::Member => {
                    format!("You are a member of “{}” now, and no admin.", row.name)
                }
            };
            let step = format!("role:{}", cx.now().as_microsecond());
            tell_member(cx, tx, &row, said, &step).await?;
        }
    }
    once.commit(&row.organisation).await?;
    Ok(row.organisation)
}

async fn tell_member(
    cx: &Cx,
    tx: &mut Tx,
    row: &MemberRow,
    said: String,
    step: &str,
) -> Result<()> {
    let news = News {
        kind: Kind::HostTeam,
        what: &row.name,
        reason: said,
        path: dogear_urls::organisation(row.organisation, &row.slug),
        subject: format!("Your part in “{}”", row.name),
        paragraphs: &[],
    };
    let key = format!("organisation:{}:{step}", row.id);
    tell(cx, tx, row.member, news, &key).await
}
