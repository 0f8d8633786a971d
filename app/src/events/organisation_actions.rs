//! What members do with organisations.

use dogear_domain::ids::{OrganisationId, OrganisationMemberId};
use dogear_server::events::{self, OrganisationForm};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Enters an organisation, whose admin the reader is.
#[server(endpoint = "events/create-organisation", input = HtmlForm)]
pub async fn create_organisation(
    #[server(default)] name: String,
    #[server(default)] town: String,
    #[server(default)] description: String,
    #[server(default)] link: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = OrganisationForm {
        name,
        town,
        description,
        link,
    };
    let (id, slug) = events::create_organisation(&req.cx, once.into(), &form).await?;
    Ok(Done::go(urls::organisation(id, &slug))
        .saying("The organisation is entered. Ask others to join, and choose it for your events."))
}

/// Changes what an organisation says of itself. `version` is of what the form showed.
#[server(endpoint = "events/save-organisation", input = HtmlForm)]
pub async fn save_organisation(
    organisation: OrganisationId,
    #[server(default)] name: String,
    #[server(default)] town: String,
    #[server(default)] description: String,
    #[server(default)] link: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = OrganisationForm {
        name,
        town,
        description,
        link,
    };
    let slug = events::save_organisation(&req.cx, organisation, &form, &version.into()).await?;
    Ok(Done::go(urls::organisation(organisation, &slug)).saying("The organisation is changed."))
}

/// Asks a member, by their handle, to join an organisation.
#[server(endpoint = "events/invite-member", input = HtmlForm)]
pub async fn invite_member(
    organisation: OrganisationId,
    #[server(default)] handle: String,
    #[server(default)] role: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let name = events::invite_member(&req.cx, once.into(), organisation, &handle, &role).await?;
    Ok(
        Done::go(urls::organisation_people(organisation)).saying(format!(
            "{name} is asked. Nothing changes until they say yes."
        )),
    )
}

/// Says yes to an organisation that asked the reader to join.
#[server(endpoint = "events/accept-membership", input = HtmlForm)]
pub async fn accept_membership(
    membership: OrganisationMemberId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let (id, slug) = events::accept_membership(&req.cx, once.into(), membership).await?;
    Ok(
        Done::go(urls::organisation(id, &slug))
            .saying("You are a member now, and host its events."),
    )
}

/// Says no to it.
#[server(endpoint = "events/decline-membership", input = HtmlForm)]
pub async fn decline_membership(
    membership: OrganisationMemberId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::decline_membership(&req.cx, once.into(), membership).await?;
    Ok(Done::go(urls::HOST).saying("You have said no."))
}

/// The reader is a member of an organisation no more.
#[server(endpoint = "events/leave-organisation", input = HtmlForm)]
pub async fn leave_organisation(
    organisation: OrganisationId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::leave_organisation(&req.cx, once.into(), organisation).await?;
    Ok(Done::go(urls::HOST).saying("You are no longer a member."))
}

/// Removes a member from an organisation, or asks somebody no more.
#[server(endpoint = "events/remove-member", input = HtmlForm)]
pub async fn remove_member(
    membership: OrganisationMemberId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let id = events::remove_member(&req.cx, once.into(), membership).await?;
    Ok(Done::go(urls::organisation_people(id)).saying("They are no longer a member."))
}

/// Gives a member of an organisation another role.
#[server(endpoint = "events/change-member-role", input = HtmlForm)]
pub async fn change_member_role(
    membership: OrganisationMemberId,
    #[server(default)] role: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let id = events::change_member_role(&req.cx, once.into(), membership, &role).await?;
    Ok(Done::go(urls::organisation_people(id)).saying("They may do that now."))
}

/// Ends an organisation.
#[server(endpoint = "events/close-organisation", input = HtmlForm)]
pub async fn close_organisation(
    organisation: OrganisationId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::close_organisation(&req.cx, once.into(), organisation).await?;
    Ok(
        Done::go(urls::HOST)
            .saying("The organisation is closed. Its events stay with their hosts."),
    )
}
