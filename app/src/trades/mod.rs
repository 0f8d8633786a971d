//! Trades: the list, the builder, the page of one trade, and what can be done with it.

pub mod actions;
mod address;
mod builder;
mod confirm;
mod list;
mod loan;
pub mod loan_actions;
mod loan_text;
mod meeting;
pub mod meeting_actions;
mod orders;
mod page;
mod pay;
pub mod pay_actions;
pub mod return_actions;
mod returns;
mod sale;
pub mod sale_actions;
mod text;
mod timeline;
mod two_sides;

// The moderators' desk shows the same records.
pub use text::carries;
pub use timeline::timeline;
pub use two_sides::{PageContext, steps, two_sides};

use self::actions::*;
use self::loan_actions::{
    AgreeToKeep, AskRenewal, BorrowCopy, ExtendLoan, GrantRenewal, LetKeep, NameDay, RefuseRenewal,
};
use self::meeting_actions::*;
use self::pay_actions::*;
use self::return_actions::*;
use self::sale_actions::*;
use crate::http::Routes;
use dogear_urls::Access::{Member, Reader};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::TRADES, list::show)
        .get(&pages::ORDERS, orders::show)
        .get(&pages::ORDERS_PLACED, orders::placed)
        .get(&pages::TRADE_NEW, builder::new)
        .get(&pages::TRADE, page::show)
        .get(&pages::SETTINGS_ADDRESS, address::kept)
        .get(&pages::SETTINGS_PAYMENTS, pay::account)
        .get(&pages::TRADE_PAY, pay::show)
        .get(&pages::TRADE_RETURN, returns::ask)
        .get(&pages::TRADE_COUNTER, builder::counter)
        .get(&pages::TRADE_PRICE, sale::price)
        .get(&pages::COPY_BUY, sale::buy)
        .get(&pages::COPY_BORROW, loan::borrow)
        .get(&pages::TRADE_UNTIL, loan::until)
        .get(&pages::TRADE_RENEW, loan::renew)
        .get(&pages::TRADE_KEEP, loan::keep)
        .get(&pages::TRADE_ACCEPT, confirm::accept)
        .get(&pages::TRADE_DECLINE, confirm::decline)
        .get(&pages::TRADE_WITHDRAW, confirm::withdraw)
        .get(&pages::TRADE_SEND, confirm::send)
        .get(&pages::TRADE_CANCEL, confirm::cancel)
        .get(&pages::TRADE_PROBLEM, confirm::problem)
        .get(&pages::TRADE_MEETING, meeting::choose)
        .action::<ProposeTrade>(Member)
        .action::<CounterTrade>(Member)
        .action::<BuyCopy>(Member)
        .action::<NamePrice>(Member)
        .action::<MarkPaid>(Reader)
        .action::<AskReturn>(Reader)
        .action::<DropReturn>(Reader)
        .action::<MarkGivenBack>(Reader)
        .action::<BorrowCopy>(Member)
        .action::<NameDay>(Member)
        .action::<AskRenewal>(Reader)
        .action::<GrantRenewal>(Reader)
        .action::<RefuseRenewal>(Reader)
        .action::<ExtendLoan>(Reader)
        .action::<LetKeep>(Reader)
        .action::<AgreeToKeep>(Reader)
        .action::<StartPay>(Reader)
        .action::<AskAboutPay>(Reader)
        .action::<ConnectAccount>(Member)
        .action::<LookAtAccount>(Reader)
        .action::<DisconnectAccount>(Reader)
        .action::<AcceptTrade>(Member)
        .action::<DeclineTrade>(Reader)
        .action::<WithdrawTrade>(Reader)
        .action::<SendBooks>(Reader)
        .action::<HandOverBooks>(Reader)
        .action::<ReceiveBooks>(Reader)
        .action::<CancelTrade>(Reader)
        .action::<AgreeToCancel>(Reader)
        .upload::<ReportProblem>(Reader, PHOTOS)
        .action::<SettleTrade>(Reader)
        .action::<WriteMessage>(Reader)
        .action::<SaveAddress>(Reader)
        .action::<ForgetAddress>(Reader)
        .action::<MeetAtEvent>(Reader)
        .action::<DropMeeting>(Reader)
}
