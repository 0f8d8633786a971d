//! Organisations: what they say of themselves, and who is a member. Every member hosts the events
//! of their organisation as a co-host does, which the one rule in the database knows.
//!
//! Lists of members change under the lock of the organisation, which is taken after those of the
//! members whom they are about.

use dogear_domain::events::hosts::{HostRole, HostState};
use dogear_domain::events::online::OnlineLink;
use dogear_domain::events::organisations::OrganisationRole;
use dogear_domain::fields::{
    FieldErrors, OrganisationDescription, OrganisationName, OrganisationTown, slugify,
};
use dogear_domain::ids::{EventId, OrganisationId, OrganisationMemberId, UserId};
use serde::{Deserialize, Serialize};

use super::hosts::owner_for;
use super::list::Listed;
use super::repo::organisations::{self as repo, OrganisationRow};
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::version::Version;
use crate::{Cx, Error, Result, limits};

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
pub(super) async fn administered(tx: &mut Tx, cx: &Cx, id: OrganisationId) -> Result<Organisation> {
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
