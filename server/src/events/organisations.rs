//! Organisations: what they say of themselves, and who is a member. Every member hosts the events
//! of their organisation as a co-host does, which the one rule in the database knows.
//!
//! Lists of members change under the lock of the organisation, which is taken after those of the
//! members whom they are about.

use dogear_domain::events::hosts::{HostRole, HostState};
use dogear_domain::events::online::OnlineLink;
use dogear_domain::events::organisations::{OrganisationRole, may_go};
use dogear_domain::fields::{
    FieldErrors, FieldProblem, Handle, OrganisationDescription, OrganisationName, OrganisationTown,
    slugify,
};
use dogear_domain::ids::{EventId, OrganisationId, OrganisationMemberId, UserId};
use serde::{Deserialize, Serialize};

use super::helpers::{News, tell};
use super::hosts::owner_for;
use super::list::Listed;
use super::repo::hosts;
use super::repo::organisations::{self as repo, MemberRow, OrganisationRow};
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::notifications::Kind;
use crate::version::Version;
use crate::{Cx, Error, Result, limits};

/// Members of one organisation, with those who are asked.
const MOST: i64 = 100;
/// Organisations of one member.
const MOST_OF_MEMBER: usize = 20;
/// Events on its page.
const SHOWN: i64 = 50;

/// The form of an organisation, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganisationForm {
    /// Needed.
    pub name: String,
    /// Needed.
    pub town: String,
    /// Needed.
    pub description: String,
    /// Their own page elsewhere; may stay empty.
    pub link: String,
}

/// The form, read.
pub(super) struct OrganisationText {
    pub name: OrganisationName,
    pub town: OrganisationTown,
    pub description: OrganisationDescription,
    pub link: OnlineLink,
}

impl OrganisationText {
    /// The readable part of its address.
    pub(super) fn slug(&self) -> String {
        slugify(&self.name)
    }
}

impl OrganisationForm {
    fn read(&self) -> Result<OrganisationText> {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", OrganisationName::parse(&self.name));
        let town = errors.take("town", OrganisationTown::parse(&self.town));
        let description = OrganisationDescription::parse(&self.description);
        let description = errors.take("description", description);
        let link = errors.take("link", OnlineLink::parse(&self.link));
        let read = name.zip(town).zip(description).zip(link);
        let (((name, town), description), link) = errors.finish(read).map_err(Error::Invalid)?;
        Ok(OrganisationText {
            name,
            town,
            description,
            link,
        })
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its number.
    pub id: OrganisationId,
    /// The readable part of its address.
    pub slug: String,
    /// What it says of itself, as its form shows it.
    pub form: OrganisationForm,
    /// What part whoever asks has in it.
    pub role: Option<OrganisationRole>,
}

impl Organisation {
    fn of(row: OrganisationRow, role: Option<OrganisationRole>) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            form: OrganisationForm {
                name: row.name,
                town: row.town,
                description: row.description,
                link: row.link,
            },
            role,
        }
    }

    /// Whoever asks is one of its admins.
    pub fn is_admin(&self) -> bool {
        self.role == Some(OrganisationRole::Admin)
    }

    /// By which the form that changes it says what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(&self.form)
    }
}

/// One of its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// By which forms name them.
    pub id: OrganisationMemberId,
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// What they may do.
    pub role: OrganisationRole,
    /// They have not answered yet.
    pub is_asked: bool,
}

/// The page of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationPage {
    /// What it says of itself.
    pub organisation: Organisation,
    /// Its people; those who have not answered are there for members.
    pub people: Vec<Person>,
    /// What it has to come that whoever asks finds in lists, the next first.
    pub coming: Vec<Listed>,
}

/// An organisation that asks somebody to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedToJoin {
    /// By which the answer names it.
    pub id: OrganisationMemberId,
    /// Which.
    pub organisation: OrganisationId,
    /// The readable part of its address.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub town: String,
    /// What they would be.
    pub role: OrganisationRole,
}

/// An organisation as whoever asks sees it. Their part in it rests while they are suspended.
async fn seen(cx: &Cx, id: OrganisationId) -> Result<Organisation> {
    let row = repo::organisation(cx.db(), id).await?;
    let role = match &cx.actor {
        Some(reader) if cx.member().is_ok() => repo::role(cx.db(), id, reader.id).await?,
        _ => None,
    };
    Ok(Organisation::of(row.ok_or(Error::NotFound)?, role))
}

/// The page of an organisation.
///
/// # Errors
/// `NotFound`.
pub async fn organisation_page(cx: &Cx, id: OrganisationId) -> Result<OrganisationPage> {
    let organisation = seen(cx, id).await?;
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let is_member = organisation.role.is_some();
    let people = repo::people(cx.db(), id, reader, is_member, cx.now()).await?;
    let coming = repo::coming(cx.db(), id, reader, cx.now(), SHOWN).await?;
    Ok(OrganisationPage {
        organisation,
        people: people
            .into_iter()
            .map(|row| Person {
                id: row.id,
                handle: row.handle,
                name: row.name,
                role: row.role,
                is_asked: row.state == HostState::Invited,
            })
            .collect(),
        coming: coming.into_iter().map(Listed::from).collect(),
    })
}

/// The same for one of its members, who sees who is asked.
///
/// # Errors
/// `SignInRequired`; `NotFound` for everybody else.
pub async fn organisation_people(cx: &Cx, id: OrganisationId) -> Result<OrganisationPage> {
    cx.reader()?;
    let page = organisation_page(cx, id).await?;
    page.organisation.role.ok_or(Error::NotFound)?;
    Ok(page)
}

/// An organisation for one of its admins.
///
/// # Errors
/// `SignInRequired`; `NotFound` for everybody else.
pub async fn organisation(cx: &Cx, id: OrganisationId) -> Result<Organisation> {
    cx.reader()?;
    let organisation = seen(cx, id).await?;
    if organisation.is_admin() {
        Ok(organisation)
    } else {
        Err(Error::NotFound)
    }
}

/// The organisations of whoever asks.
///
/// # Errors
/// `SignInRequired`.
pub async fn organisations(cx: &Cx) -> Result<Vec<Organisation>> {
    of_host(cx, cx.reader()?.id).await
}

/// Those whose an event can be: the organisations of its owner.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn organisations_of(cx: &Cx, event: EventId) -> Result<Vec<Organisation>> {
    let owner = owner_for(cx, event, HostRole::CoHost).await?;
    of_host(cx, owner).await
}

/// The organisations whose an event of this host can be.
pub(super) async fn of_host(cx: &Cx, host: UserId) -> Result<Vec<Organisation>> {
    let rows = repo::of_member(cx.db(), host).await?;
    Ok(rows
        .into_iter()
        .map(|(row, role)| Organisation::of(row, Some(role)))
        .collect())
}

/// Which organisations ask whoever asks to join.
///
/// # Errors
/// `SignInRequired`.
pub async fn asked_to_join(cx: &Cx) -> Result<Vec<AskedToJoin>> {
    let rows = repo::asked(cx.db(), cx.reader()?.id, SHOWN).await?;
    let asked = rows.into_iter().map(|row| AskedToJoin {
        id: row.id,
        organisation: row.organisation,
        slug: row.slug,
        name: row.name,
        town: row.town,
        role: row.role,
    });
    Ok(asked.collect())
}

/// Enters an organisation, whose admin whoever enters it is.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `Invalid` with the form's fields; `Conflict` for a member of twenty
/// of them; `TooMany`.
pub async fn create_organisation(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    form: &OrganisationForm,
) -> Result<(OrganisationId, String)> {
    let admin = cx.member()?.id;
    let text = form.read()?;
    cx.limit(limits::HOST, &admin.to_string()).await?;
    let mut once = match cx.once(key, &("create organisation", form)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    if repo::of_member(&mut *once.tx, admin).await?.len() >= MOST_OF_MEMBER {
        return Err(Error::Conflict(format!(
            "You are a member of {MOST_OF_MEMBER} organisations, and nobody is of more. Leave one first."
        )));
    }
    let id = repo::insert(&mut once.tx, &text, admin, cx.now()).await?;
    let made = (id, text.slug());
    once.commit(&made).await?;
    Ok(made)
}

/// Changes what an organisation says of itself; gives the readable part of its address.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever is no admin of it; `Invalid` with the form's
/// fields; `Conflict` when it says something else by now than the form showed.
pub async fn save_organisation(
    cx: &Cx,
    id: OrganisationId,
    form: &OrganisationForm,
    seen: &Version,
) -> Result<String> {
    cx.member()?;
    organisation(cx, id).await?;
    let text = form.read()?;
    let mut tx = cx.begin().await?;
    let now = administered(&mut tx, cx, id).await?;
    let saved = OrganisationForm {
        name: text.name.to_string(),
        town: text.town.to_string(),
        description: text.description.to_string(),
        link: text.link.to_string(),
    };
    if now.form != saved {
        seen.check(&now.version()?)?;
        repo::update(&mut tx, id, &text).await?;
    }
    tx.commit().await?;
    Ok(text.slug())
}

/// An organisation of which whoever asks is an admin, under its lock.
async fn administered(tx: &mut Tx, cx: &Cx, id: OrganisationId) -> Result<Organisation> {
    let reader = cx.member()?.id;
    if !repo::lock(tx, id).await? {
        return Err(Error::NotFound);
    }
    // Statements of their own: they have to see what was committed while the row was waited for.
    let row = repo::organisation(&mut **tx, id).await?;
    let role = repo::role(&mut **tx, id, reader).await?;
    let organisation = Organisation::of(row.ok_or(Error::NotFound)?, role);
    if organisation.is_admin() {
        Ok(organisation)
    } else {
        Err(Error::NotFound)
    }
}

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
    let unknown =
        || FieldProblem::from("Nobody who can be asked has this handle. Check its spelling.");
    let mut errors = FieldErrors::new();
    let handle = Handle::parse(handle.trim().trim_start_matches('@')).map_err(|_| unknown());
    let handle = errors.take("handle", handle);
    let role = errors.take("role", self::role(role));
    let (handle, role) = errors.finish(handle.zip(role)).map_err(Error::Invalid)?;
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

/// Ends an organisation. Its events are their owners' alone from then on, and it cannot be taken
/// back.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever is no admin of it.
pub async fn close_organisation(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: OrganisationId,
) -> Result<()> {
    cx.member()?;
    let mut once = match cx.once(key, &("close organisation", id)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    administered(&mut once.tx, cx, id).await?;
    repo::close(&mut once.tx, id).await?;
    once.commit(&()).await
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
