//! Forms of trades, and of what the inbox says about them.

use dogear_domain::trades::Method;

use super::{Given, Row, row};

const UNREAD: Given = Given::Sql(
    "select n.id::text from notifications n join users u on u.id = n.user_id
     where u.handle = 'ana' and n.read_at is null order by n.id limit 1",
);

/// A book that bob sells and ana has in her cart, as it was before he changed something.
const IN_CART: Given = Given::Sql(
    "insert into cart_items (user_id, copy_id, terms_version, price_minor, currency)
     select u.id, c.id, 0, 100, 'EUR' from users u, copies c join users o on o.id = c.owner_id
     where u.handle = 'ana' and o.handle = 'bob' and c.price_minor is not null and is_listed(c)
       and not exists (select from copy_holds h where h.copy_id = c.id)
     order by c.id desc limit 1
     on conflict (user_id, copy_id) do update set terms_version = 0 returning copy_id::text",
);

/// As [`IN_CART`], and he sells it at once: no proposal more of hers is open afterwards.
const AT_ONCE: Given = Given::Sql(
    "with item as (
       insert into cart_items (user_id, copy_id, terms_version, price_minor, currency)
       select u.id, c.id, 0, 100, 'EUR' from users u, copies c join users o on o.id = c.owner_id
       where u.handle = 'ana' and o.handle = 'bob' and c.price_minor is not null and is_listed(c)
         and not exists (select from copy_holds h where h.copy_id = c.id)
       order by c.id desc limit 1
       on conflict (user_id, copy_id) do update set terms_version = 0 returning copy_id)
     update copies c set offer_at_once = true from item where c.id = item.copy_id returning c.id::text",
);

pub(super) const ROWS: &[Row] = &[
    row(
        "ana",
        "/api/trades/propose",
        &[
            ("give", "1"),
            ("get", "2"),
            ("method", "post"),
            ("message", "Would you?"),
        ],
        "select count(*) from trades",
    )
    .on("/trades/new?with=bob"),
    row(
        "bob",
        "/api/trades/counter",
        &[
            ("give", "2"),
            ("give", "3"),
            ("get", "1"),
            ("method", "post"),
        ],
        "select count(*) from trade_revisions",
    )
    .on("/trades/1/counter"),
    row(
        "ana",
        "/api/trades/write-message",
        &[("message", "Gladly.")],
        "select count(*) from trade_messages",
    )
    .on("/trades/1"),
    row(
        "ana",
        "/api/trades/accept",
        &[],
        "select count(*) from trade_events where to_state = 'agreed' and from_state = 'proposed'",
    )
    .on("/trades/1/accept"),
    row(
        "bob",
        "/api/trades/save-address",
        &[
            (
                "address",
                "Bob Reed\n1 Mill Lane\nLeeds LS1 4AB\nGreat Britain",
            ),
            ("keep", "on"),
        ],
        "select count(*) from trade_events where kind = 'address'",
    )
    .on("/trades/1"),
    row(
        "bob",
        "/api/trades/forget-address",
        &[],
        "select 1 - count(*) from kept_addresses",
    )
    .on("/settings/address"),
    row(
        "ana",
        "/api/trades/send",
        &[("leg", "?")],
        "select count(*) from trade_legs where state = 'sent'",
    )
    .on("/trades/1/send?leg=LEG"),
    row(
        "bob",
        "/api/trades/receive",
        &[("leg", "?")],
        "select count(*) from copy_history where leg_id is not null",
    )
    .on("/trades/1"),
    row(
        "bob",
        "/api/trades/report-problem",
        &[
            ("leg", "?"),
            ("problem", "wrong_book"),
            ("details", "It is another book."),
        ],
        "select count(*) from trade_disputes",
    )
    .on("/trades/1/problem?leg=LEG"),
    row(
        "ana",
        "/api/trades/buy",
        &[("copy", "*"), ("seen", "?"), ("method", "meet")],
        "select count(*) from trades where kind = 'sale'",
    )
    .on("/copies/*/buy")
    .given(Given::ForSale),
    row(
        "ana",
        "/api/cart/add",
        &[("copy", "*")],
        "select count(*) from cart_items",
    )
    .on("/copies/*/buy")
    .given(Given::ForSale),
    row(
        "ana",
        "/api/cart/see",
        &[],
        "select count(*) from cart_items i join copies c on c.id = i.copy_id
         where i.terms_version = c.terms_version",
    )
    .on("/cart")
    .given(IN_CART),
    row(
        "ana",
        "/api/cart/remove",
        &[("copy", "*")],
        "select 1 - count(*) from cart_items",
    )
    .on("/cart")
    .given(IN_CART),
    // The way of bob's parcel, as the site numbers him.
    row(
        "ana",
        "/api/cart/check-out",
        &[("method-2.EUR", "meet")],
        "select count(*) from trades where kind = 'sale'",
    )
    .on("/checkout")
    .given(AT_ONCE),
    row(
        "bob",
        "/api/trades/name-price",
        &[("method", "meet")],
        "select count(*) from trade_revisions where currency is not null and number > 1",
    )
    .on("/trades/*/price")
    .given(Given::AskedToBuy),
    row(
        "bob",
        "/api/trades/mark-paid",
        &[],
        "select count(*) from payments where state = 'paid'",
    )
    .on("/trades/*")
    .given(Given::Sold),
    row(
        "ana",
        "/api/trades/ask-return",
        &[("reason", "It is not for me.")],
        "select count(*) from trade_legs where purpose = 'return'",
    )
    .on("/trades/*/return")
    .given(Given::Bought),
    row(
        "ana",
        "/api/trades/drop-return",
        &[],
        "select count(*) from trades where state = 'resolved'",
    )
    .on("/trades/*")
    .given(Given::GoesBack),
    row(
        "bob",
        "/api/trades/mark-given-back",
        &[],
        "select count(*) from payments where given_back_at is not null",
    )
    .on("/trades/*")
    .given(Given::CameBack),
    row(
        "bob",
        "/api/trades/borrow",
        &[
            ("copy", "*"),
            ("seen", "?"),
            ("due", "?"),
            ("method", "meet"),
        ],
        "select count(*) from trades where kind = 'loan'",
    )
    .on("/copies/*/borrow")
    .given(Given::ToLend),
    row(
        "ana",
        "/api/trades/name-day",
        &[("due", "?"), ("method", "meet")],
        "select count(*) from trade_revisions where due_at is not null and number > 1",
    )
    .on("/trades/*/until")
    .given(Given::AskedToBorrow),
    row(
        "ana",
        "/api/trades/ask-renewal",
        &[("due", "?")],
        "select count(*) from trade_events where kind = 'ask_renewal'",
    )
    .on("/trades/*/renew")
    .given(Given::Borrowed),
    row(
        "bob",
        "/api/trades/grant-renewal",
        &[],
        "select count(*) from trade_events where kind = 'grant_renewal'",
    )
    .on("/trades/*")
    .given(Given::AskedForTime),
    row(
        "bob",
        "/api/trades/refuse-renewal",
        &[],
        "select count(*) from trade_events where kind = 'refuse_renewal'",
    )
    .on("/trades/*")
    .given(Given::AskedForTime),
    row(
        "bob",
        "/api/trades/extend-loan",
        &[("due", "?")],
        "select count(*) from trade_events where kind = 'extend_loan'",
    )
    .on("/trades/*/renew")
    .given(Given::Borrowed),
    row(
        "bob",
        "/api/trades/let-keep",
        &[],
        "select count(*) from trade_events where kind = 'let_keep'",
    )
    .on("/trades/*/keep")
    .given(Given::Borrowed),
    row(
        "ana",
        "/api/trades/keep",
        &[],
        "select count(*) from trade_events where kind = 'agree_to_keep'",
    )
    .on("/trades/*/keep")
    .given(Given::MayKeep),
    row(
        "ana",
        "/api/copies/wait",
        &[("copy", "*")],
        "select count(*) from copy_waits",
    )
    .on("/copies/*")
    .given(Given::WithAFriend(false)),
    row(
        "ana",
        "/api/copies/stop-waiting",
        &[("copy", "*")],
        "select 100 - count(*) from copy_waits",
    )
    .on("/copies/*")
    .given(Given::WithAFriend(true)),
    row(
        "bob",
        "/api/trades/decline",
        &[("reason", "Not now.")],
        "select count(*) from trade_events where to_state = 'declined'",
    )
    .on("/trades/*/decline")
    .given(Given::Proposed),
    row(
        "ana",
        "/api/trades/withdraw",
        &[],
        "select count(*) from trade_events where to_state = 'withdrawn'",
    )
    .on("/trades/*/withdraw")
    .given(Given::Proposed),
    row(
        "ana",
        "/api/trades/hand-over",
        &[("leg", "?")],
        "select count(*) from trade_events where kind = 'hand_over'",
    )
    .on("/trades/*")
    .given(Given::Agreed(Method::Meet)),
    row(
        "ana",
        "/api/trades/cancel",
        &[("reason", "I have lost it.")],
        "select count(*) from trade_events where to_state = 'cancelled'",
    )
    .on("/trades/*/cancel")
    .given(Given::Agreed(Method::Post)),
    row(
        "bob",
        "/api/trades/agree-to-cancel",
        &[],
        "select count(*) from trade_events where to_state = 'cancelled'",
    )
    .on("/trades/*")
    .given(Given::AskedToCancel),
    row(
        "bob",
        "/api/trades/settle",
        &[],
        "select count(*) from trade_events where kind = 'resolve'",
    )
    .on("/trades/*")
    .given(Given::Disputed),
    row(
        "ana",
        "/api/notifications/mark-read",
        &[("notice", "*")],
        "select count(*) from notifications where read_at is not null",
    )
    .on("/inbox")
    .given(UNREAD),
    row(
        "ana",
        "/api/notifications/mark-unread",
        &[("notice", "*")],
        "select count(*) from notifications where read_at is null",
    )
    .on("/inbox")
    .given(Given::Sql(
        "select n.id::text from notifications n join users u on u.id = n.user_id
         where n.read_at is not null and u.handle = 'ana'",
    )),
    row(
        "ana",
        "/api/notifications/open",
        &[("notice", "*")],
        "select count(*) from notifications where read_at is not null",
    )
    .on("/inbox")
    .given(UNREAD),
    row(
        "ana",
        "/api/notifications/mark-all-read",
        &[("up_to", "*")],
        "select count(distinct n.user_id) from notifications n join users u on u.id = n.user_id
         where u.handle = 'ana' and not exists (select from notifications m
             where m.user_id = u.id and m.read_at is null)",
    )
    .on("/inbox")
    .given(Given::Sql("select max(id)::text from notifications")),
    row(
        "ana",
        "/api/notifications/mark-all-unread",
        &[("at", "?")],
        "select count(distinct n.user_id) from notifications n join users u on u.id = n.user_id
         where u.handle = 'ana' and n.read_at is null",
    )
    .on("/inbox"),
];
