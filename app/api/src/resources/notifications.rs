//! What the member is told, and what reaches them.

use dogear_domain::ids::NotificationId;
use dogear_server::notifications::{self, Filter, Group, Kind, Notification as Line, Pref};
use dogear_server::{Cx, version};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::matching::IfMatch;
use crate::problem::Problem;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_notifications))
        .routes(routes!(get_notification, update_notification))
        .routes(routes!(read_notifications))
        .routes(routes!(
            get_notification_settings,
            replace_notification_settings
        ))
}

/// Something the member was told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notification {
    id: Id,
    /// What happened, in a word: `trade_proposed`. The settings of notifications list all of them;
    /// new ones may come.
    #[schema(value_type = String)]
    kind: Kind,
    /// The whole sentence.
    text: String,
    /// The page it is about.
    url: String,
    /// The trade it is about.
    trade: Option<Id>,
    /// A book of the trade.
    book: Option<Id>,
    /// The member has opened it, or marked it as read.
    read: bool,
    /// When it happened.
    created_at: Timestamp,
}

impl Notification {
    fn of(line: Line, cx: &Cx) -> Self {
        Self {
            id: line.id.into(),
            kind: line.kind,
            text: line.text,
            url: cx.services.settings.link(&line.path),
            trade: line.trade.map(Id::from),
            book: line.work.map(Id::from),
            read: !line.unread,
            created_at: line.created_at,
        }
    }
}

/// Part of the notifications.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Show {
    /// Whatever it is about.
    #[default]
    All,
    /// Not read yet.
    Unread,
    /// About a trade.
    Trades,
}

impl From<Show> for Filter {
    fn from(show: Show) -> Self {
        match show {
            Show::All => Self::All,
            Show::Unread => Self::Unread,
            Show::Trades => Self::Trades,
        }
    }
}

/// Which notifications, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NotificationsAsked {
    /// `all`, `unread`, or `trades` for those about a trade.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    show: Show,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

fn most() -> u32 {
    50
}

/// The member's notifications
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/notifications",
    tag = "Notifications",
    params(NotificationsAsked),
    responses((status = 200, description = "A page of notifications.", body = List<Notification>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_notifications(
    caller: Caller,
    Query(asked): Query<NotificationsAsked>,
) -> Answer<List<Notification>> {
    let cx = &caller.cx;
    let name = format!("notifications {:?}", asked.show);
    let before = cursor::read::<NotificationId>(cx, &name, asked.cursor.as_deref())?;
    let most = asked.limit.clamp(1, 100) as usize;
    let page = notifications::list_up_to(cx, asked.show.into(), before, most).await?;
    Ok(Reply::ok(List {
        next: (page.older)
            .map(|key| cursor::write(cx, &name, &key))
            .transpose()?,
        items: (page.rows.into_iter())
            .map(|line| Notification::of(line, cx))
            .collect(),
    }))
}

/// A notification
#[utoipa::path(
    get,
    path = "/notifications/{id}",
    tag = "Notifications",
    params(("id" = Id, Path, description = "Of the notification.")),
    responses((status = 200, description = "The notification.", body = Notification)),
    security(("token" = ["read"]))
)]
async fn get_notification(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Notification> {
    let line = notifications::one(&caller.cx, id.of()).await?;
    Ok(Reply::ok(Notification::of(line, &caller.cx)))
}

/// What is to be different about a notification.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationChange {
    /// Whether it is read.
    read: bool,
}

/// Mark a notification
///
/// As read, or as unread. Doing it twice is fine.
#[utoipa::path(
    patch,
    path = "/notifications/{id}",
    tag = "Notifications",
    params(("id" = Id, Path, description = "Of the notification.")),
    request_body = NotificationChange,
    responses((status = 200, description = "The notification.", body = Notification)),
    security(("token" = ["notify"])),
    extensions(("x-cost" = json!(2)))
)]
async fn update_notification(
    caller: Caller,
    At(id): At<Id>,
    Json(change): Json<NotificationChange>,
) -> Answer<Notification> {
    if change.read {
        notifications::mark_read(&caller.cx, id.of()).await?;
    } else {
        notifications::mark_unread(&caller.cx, id.of()).await?;
    }
    let line = notifications::one(&caller.cx, id.of()).await?;
    Ok(Reply::ok(Notification::of(line, &caller.cx)))
}

/// Which notifications are to be marked as read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadUpTo {
    /// The newest that the member was shown: what has come since stays unread.
    up_to: Id,
    /// Only those about a trade.
    #[serde(default)]
    only_trades: bool,
}

/// How many notifications were marked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarkedRead {
    /// Those that were unread.
    count: i64,
}

/// Mark notifications as read
///
/// All of them up to one.
#[utoipa::path(
    post,
    path = "/notifications/read",
    tag = "Notifications",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key is answered the same.")),
    request_body = ReadUpTo,
    responses((status = 200, description = "How many they were.", body = MarkedRead)),
    security(("token" = ["notify"])),
    extensions(("x-cost" = json!(3)))
)]
async fn read_notifications(
    caller: Caller,
    Once(key): Once,
    Json(read): Json<ReadUpTo>,
) -> Answer<MarkedRead> {
    let filter = if read.only_trades {
        Filter::Trades
    } else {
        Filter::All
    };
    let marked = notifications::mark_all_read(&caller.cx, key, filter, read.up_to.of()).await?;
    Ok(Reply::ok(MarkedRead {
        count: marked.count,
    }))
}

/// Whether one kind of notification reaches the member.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationSetting {
    /// Its word.
    #[schema(value_type = String)]
    kind: Kind,
    /// With which others it belongs together: `proposals`, `running_trades`, `reminders`, `events`,
    /// `searches` or `from_us`.
    #[schema(value_type = String)]
    group: Group,
    /// What it is about, in a few words.
    label: &'static str,
    /// The same in a sentence.
    description: &'static str,
    /// It comes into the inbox.
    inbox: bool,
    /// It comes by mail.
    mail: bool,
    /// It is always on.
    is_required: bool,
}

/// Which notifications reach the member, and how.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationSettings {
    /// One for each kind.
    settings: Vec<NotificationSetting>,
}

impl NotificationSettings {
    fn of(prefs: &[Pref]) -> Self {
        let setting = |pref: &Pref| NotificationSetting {
            kind: pref.kind,
            group: pref.kind.group(),
            label: pref.kind.label(),
            description: pref.kind.description(),
            inbox: pref.in_app,
            mail: pref.mail,
            is_required: pref.kind.required(),
        };
        Self {
            settings: prefs.iter().map(setting).collect(),
        }
    }
}

/// Which notifications reach the member
#[utoipa::path(
    get,
    path = "/me/notification-settings",
    tag = "Notifications",
    responses((status = 200, description = "The settings.", body = NotificationSettings)),
    security(("token" = ["read"]))
)]
async fn get_notification_settings(
    caller: Caller,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<NotificationSettings> {
    let prefs = notifications::prefs(&caller.cx).await?;
    Ok(Reply::ok(NotificationSettings::of(&prefs)))
}

/// How one kind of notification is to reach the member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNotificationSetting {
    /// Its word.
    #[schema(value_type = String)]
    kind: Kind,
    /// It comes into the inbox.
    inbox: bool,
    /// It comes by mail.
    mail: bool,
}

/// How notifications are to reach the member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNotificationSettings {
    /// Kinds that are not named stay as they are; required ones stay on.
    #[schema(max_items = 200)]
    settings: Vec<NewNotificationSetting>,
}

/// Choose which notifications reach the member
///
/// Sending the same twice is fine.
#[utoipa::path(
    put,
    path = "/me/notification-settings",
    tag = "Notifications",
    params(("If-Match" = Option<String>, Header, description = "Only while the settings are these.")),
    request_body = NewNotificationSettings,
    responses((status = 200, description = "The settings.", body = NotificationSettings)),
    security(("token" = ["notify"])),
    extensions(("x-cost" = json!(3)))
)]
async fn replace_notification_settings(
    caller: Caller,
    if_match: IfMatch,
    Json(new): Json<NewNotificationSettings>,
) -> Answer<NotificationSettings> {
    let cx = &caller.cx;
    let choices: Vec<Pref> = (new.settings.iter())
        .map(|setting| Pref {
            kind: setting.kind,
            in_app: setting.inbox,
            mail: setting.mail,
        })
        .collect();
    if if_match.is_named() {
        let now = notifications::prefs(cx).await?;
        let shown = NotificationSettings::of(&now);
        if_match.check(&shown)?;
        let seen = notifications::version(&now)?;
        if let Err(error) = notifications::save_prefs(cx, &choices, &seen).await {
            // Somebody was quicker: then it is another version by now.
            let now = notifications::prefs(cx).await?;
            if_match.check(&NotificationSettings::of(&now))?;
            return Err(Problem::from(error));
        }
    } else {
        notifications::save_prefs(cx, &choices, &version::Version::default()).await?;
    }
    let prefs = notifications::prefs(cx).await?;
    Ok(Reply::ok(NotificationSettings::of(&prefs)))
}
