//! Every address of the site is declared here, once: routes, access, limits, links, mails
//! and tests take theirs from it. The address of a server function stands in its own
//! `#[server]`; forms name the function.

#![warn(missing_docs)]
// A page more is a step more of the macro that declares them.
#![recursion_limit = "720"]

#[macro_use]
mod page;

mod event_lists;
mod feeds;
mod lending;
mod library;
mod links;
mod list_links;
mod orders;
mod pattern;
mod reviews;
mod rounds;

use dogear_domain::ids::{
    AuthorId, CopyId, EditionId, EventId, EventTaskId, ImportId, ListId, OrganisationId, ReadingId,
    ReportId, ReviewId, RoundId, SeriesId, TradeId, VenueId, WorkId,
};

pub use event_lists::*;
pub use feeds::*;
pub use lending::*;
pub use library::*;
pub use links::*;
pub use list_links::*;
pub use orders::*;
pub use page::{Access, Page};
pub use pattern::pattern_of;
pub use reviews::*;
pub use rounds::*;

pages! {
    /// The front page.
    HOME = "/" Anyone cached;
    /// How trades go.
    ABOUT_TRADING = "/about/trading" Anyone;
    /// What the grades of condition mean.
    ABOUT_CONDITIONS = "/about/conditions" Anyone;
    /// What is kept about members, and why.
    ABOUT_PRIVACY = "/about/privacy" Anyone;
    /// What was done so that everybody can use the site.
    ABOUT_ACCESSIBILITY = "/about/accessibility" Anyone;
    /// What is not done here, and what moderators do about it.
    ABOUT_RULES = "/about/rules" Anyone;
    /// How to reach whoever runs the site.
    ABOUT_CONTACT = "/about/contact" Anyone;

    /// How programs work with the site.
    DEVELOPERS = "/developers" Anyone cached;
    /// Every operation of one kind of thing: see `developers_about`.
    DEVELOPERS_ABOUT developers_about(tag: &str) = "/developers/{tag}" Anyone cached;

    /// The form to sign in.
    LOGIN = "/login" Anyone;
    /// The form for a new account.
    REGISTER = "/register" Anyone;
    /// Says that a mail is on its way.
    REGISTERED = "/register/sent" Anyone;
    /// Where the mail with the link is sent again.
    VERIFY = "/verify" Anyone;
    /// The link that confirms an address.
    VERIFY_TOKEN verify_token(token: &str) = "/verify/{token}" Anyone;
    /// The link that confirms a new address.
    EMAIL_TOKEN email_token(token: &str) = "/email/{token}" Anyone;
    /// Where a link for a new password is asked for.
    FORGOT = "/forgot" Anyone;
    /// Says that a mail is on its way, if there is such an account.
    FORGOT_SENT = "/forgot/sent" Anyone;
    /// The link that sets a new password.
    RESET_TOKEN reset_token(token: &str) = "/reset/{token}" Anyone;
    /// What there is to set.
    SETTINGS = "/settings" Reader;
    /// What others read about the reader.
    SETTINGS_PROFILE = "/settings/profile" Reader;
    /// Until when the reader is away.
    SETTINGS_AWAY = "/settings/away" Reader;
    /// How others may ask the reader to trade.
    SETTINGS_TRADES = "/settings/trades" Reader;
    /// How the reader is paid online for what they sell.
    SETTINGS_PAYMENTS = "/settings/payments" Reader;
    /// The address that the reader keeps for their trades.
    SETTINGS_ADDRESS = "/settings/address" Reader;
    /// E-mail address and password.
    SETTINGS_ACCOUNT = "/settings/account" Reader;
    /// Where the reader is signed in.
    SETTINGS_SESSIONS = "/settings/sessions" Reader;
    /// The reader's access tokens, and the form for a new one.
    ACCESS_TOKENS = "/settings/tokens" Reader;
    /// Shows a token that was just made by the form with this key.
    ACCESS_TOKEN_MADE access_token_made(key: &str) = "/settings/tokens/{key}" Reader;
    /// Whom the reader has blocked.
    SETTINGS_BLOCKED = "/settings/blocked" Reader;
    /// The form that closes the account.
    SETTINGS_DELETE = "/settings/delete" Reader;

    /// Books, by words and filters.
    BROWSE = "/browse" Anyone cached;
    /// A work, e.g. `/books/12-middlemarch`: see `book`.
    BOOK in "/books/{book}" Anyone cached;
    /// The form that suggests to correct a book: see `book_correct`.
    BOOK_CORRECT in "/books/{book}/correct" Member newcomers;
    /// The form in which a reader reviews a book: see `book_review`.
    BOOK_REVIEW in "/books/{book}/review" Member newcomers;
    /// Asks once more before a review is deleted: see `book_review_delete`.
    BOOK_REVIEW_DELETE in "/books/{book}/review/delete" Reader;
    /// All reviews of a book: see `book_reviews`.
    BOOK_REVIEWS in "/books/{book}/reviews" Anyone;
    /// The books that readers rate best: see `top_rated_of`.
    TOP_RATED = "/top-rated" Anyone;
    /// Leads to the book with this ISBN.
    ISBN isbn(isbn: &str) = "/isbn/{isbn}" Anyone;
    /// The books of an author.
    AUTHOR author(author: AuthorId) = "/authors/{author}" Anyone cached;
    /// The books of a series, in order.
    SERIES series(series: SeriesId) = "/series/{series}" Anyone cached;
    /// All genres and languages.
    GENRES = "/genres" Anyone;
    /// Books of a genre, by its slug.
    GENRE genre(genre: &str) = "/genres/{genre}" Anyone;
    /// Books in a language, by its ISO 639-1 code.
    LANGUAGE language(language: &str) = "/languages/{language}" Anyone;
    /// New copies of an author's books, for programs that read news.
    AUTHOR_FEED author_feed(author: AuthorId) = "/authors/{author}/feed.atom" Anyone;
    /// New copies on a reader's shelf.
    READER_FEED reader_feed(handle: &str) = "/u/{handle}/feed.atom" Anyone;
    /// New copies of what a search finds: see `search_feed`.
    SEARCH_FEED = "/browse/feed.atom" Anyone;
    /// A reader's public shelf.
    READER reader(handle: &str) = "/u/{handle}" Anyone cached;
    /// What a reader says of books.
    READER_REVIEWS reader_reviews(handle: &str) = "/u/{handle}/reviews" Anyone;
    /// What a reader shows of their reading.
    READER_READING reader_reading(handle: &str) = "/u/{handle}/reading" Anyone cached;
    /// The saved searches.
    SEARCHES = "/searches" Reader;

    /// The reader's own lists of books, and the form for a new one.
    LISTS = "/lists" Reader;
    /// A list, e.g. `/lists/12-the-sea`: see `list`.
    LIST in "/lists/{list}" Anyone;
    /// The form that changes a list.
    LIST_EDIT list_edit(list: ListId) = "/lists/{list}/edit" Reader;
    /// Asks once more before a list is deleted.
    LIST_DELETE list_delete(list: ListId) = "/lists/{list}/delete" Reader;
    /// A list as a table.
    LIST_CSV list_csv(list: ListId) = "/lists/{list}/export.csv" Reader;
    /// What its owner notes for a book in a list: see `list_item`.
    LIST_ITEM in "/lists/{list}/books/{work}" Reader;

    /// What search engines are to leave alone.
    ROBOTS = "/robots.txt" Anyone;
    /// Describes the search to browsers.
    OPEN_SEARCH = "/opensearch.xml" Anyone;
    /// The list of files with all public pages.
    SITEMAP = "/sitemap.xml" Anyone;
    /// One of these files.
    SITEMAP_FILE sitemap_file(file: &str) = "/sitemaps/{file}" Anyone;

    /// What the reader wants, reads and has read.
    READING = "/reading" Reader;
    /// All of it as a table.
    READING_CSV = "/reading/export.csv" Reader;
    /// All that a book is to the reader.
    READING_BOOK reading_book(book: WorkId) = "/reading/books/{book}" Reader;
    /// The form for a reading of a book that is over.
    READING_ADD reading_add(book: WorkId) = "/reading/books/{book}/add" Reader;
    /// The form that corrects a reading.
    READING_EDIT reading_edit(reading: ReadingId) = "/reading/readings/{reading}" Reader;
    /// A year of reading in numbers.
    READING_YEAR reading_year(year: i16) = "/reading/{year}" Reader;

    /// The reader's own books.
    SHELF = "/shelf" Reader;
    /// The whole shelf as a table.
    SHELF_CSV = "/shelf/export.csv" Reader;
    /// The whole shelf for other programs.
    SHELF_JSON = "/shelf/export.json" Reader;
    /// Asks which book is to be added.
    SHELF_ADD = "/shelf/add" Member newcomers;
    /// The form for a list of books.
    SHELF_ADD_MANY = "/shelf/add/many" Member newcomers;
    /// Book after book, by barcode.
    SHELF_ADD_SCAN = "/shelf/add/scan" Member newcomers;
    /// The form for a book that nobody has entered.
    SHELF_ADD_NEW = "/shelf/add/new" Member newcomers;
    /// Adding a copy of a known edition.
    SHELF_ADD_EDITION shelf_add_edition(edition: EditionId) = "/shelf/add/{edition}" Member newcomers;
    /// My imports, and the form for a file.
    SHELF_IMPORT = "/shelf/import" Member newcomers;
    /// An import of mine: what was found, how far it is, what came of it.
    SHELF_IMPORT_ONE shelf_import(id: ImportId) = "/shelf/import/{id}" Reader;
    /// The rows of an import: see `shelf_import_rows`.
    SHELF_IMPORT_ROWS in "/shelf/import/{id}/rows" Reader;
    /// The page of one copy.
    COPY copy(id: CopyId) = "/copies/{id}" Anyone;
    /// The form for grade, defects and note.
    COPY_EDIT copy_edit(id: CopyId) = "/copies/{id}/edit" Member;
    /// Whether to buy a copy, and for what.
    COPY_BUY copy_buy(id: CopyId) = "/copies/{id}/buy" Member;
    /// Whether to borrow a copy, and until when.
    COPY_BORROW copy_borrow(id: CopyId) = "/copies/{id}/borrow" Member;
    /// What the reader means to buy.
    CART = "/cart" Reader;
    /// What buying all of it leads to, and the button.
    CHECKOUT = "/checkout" Member;
    /// To whom the copy is lent outside the site.
    COPY_LENT copy_lent(id: CopyId) = "/copies/{id}/lent" Reader;
    /// The form that gives a copy away to one of those who ask.
    COPY_GIVE copy_give(id: CopyId) = "/copies/{id}/give" Member;
    /// What is given away to those who ask: see `give_list`.
    GIVE = "/give" Anyone;
    /// A round in which a copy is given away.
    GIVE_ROUND give(id: RoundId) = "/give/{id}" Anyone;
    /// What the reader has lent and borrowed: see `loans`.
    LOANS = "/loans" Reader;
    /// The photos, to add, order and remove.
    COPY_PHOTOS copy_photos(id: CopyId) = "/copies/{id}/photos" Member;
    /// A photo: see `photo` and `photo_small`.
    PHOTO in "/photos/{file}" Anyone;
    /// A drawn cover: see `cover`. A page has dozens, the same for everybody.
    COVER in "/covers/{file}" Anyone sessionless;

    /// See `inbox` for its parts.
    INBOX = "/inbox" Reader;
    /// What the reader is told of, and how.
    NOTIFICATION_SETTINGS = "/settings/notifications" Reader;
    /// The page that stops one kind of mail.
    UNSUBSCRIBE unsubscribe(token: &str) = "/unsubscribe/{token}" Anyone;

    /// The reader's trades.
    TRADES = "/trades" Reader;
    /// What the reader buys, sells, is given and gives: see `orders`.
    ORDERS = "/orders" Reader;
    /// What was just ordered: see `orders_placed`.
    ORDERS_PLACED = "/orders/placed" Reader;
    /// A new proposal: see `propose_to` and `propose`.
    TRADE_NEW = "/trades/new" Member newcomers;
    /// Everything about one trade.
    TRADE trade(id: TradeId) = "/trades/{id}" Reader;
    /// The form that answers with other books.
    TRADE_COUNTER trade_counter(id: TradeId) = "/trades/{id}/counter" Member;
    /// The form that answers with another price.
    TRADE_PRICE trade_price(id: TradeId) = "/trades/{id}/price" Member;
    /// The form that answers with another day.
    TRADE_UNTIL trade_until(id: TradeId) = "/trades/{id}/until" Member;
    /// Asks for more time with a book, or gives it.
    TRADE_RENEW trade_renew(id: TradeId) = "/trades/{id}/renew" Reader;
    /// Asks once more before a borrowed book is kept.
    TRADE_KEEP trade_keep(id: TradeId) = "/trades/{id}/keep" Reader;
    /// Asks once more before a sold book goes back.
    TRADE_RETURN trade_return(id: TradeId) = "/trades/{id}/return" Reader;
    /// From where the buyer goes to the payment service.
    TRADE_PAY trade_pay(id: TradeId) = "/trades/{id}/pay" Reader;
    /// Asks once more before it is accepted.
    TRADE_ACCEPT trade_accept(id: TradeId) = "/trades/{id}/accept" Member;
    /// Asks once more before it is declined.
    TRADE_DECLINE trade_decline(id: TradeId) = "/trades/{id}/decline" Reader;
    /// Asks once more before it is withdrawn.
    TRADE_WITHDRAW trade_withdraw(id: TradeId) = "/trades/{id}/withdraw" Reader;
    /// See `trade_send`.
    TRADE_SEND in "/trades/{id}/send" Reader;
    /// Asks once more before it is called off.
    TRADE_CANCEL trade_cancel(id: TradeId) = "/trades/{id}/cancel" Reader;
    /// See `trade_problem`.
    TRADE_PROBLEM in "/trades/{id}/problem" Reader;
    /// The events at which the books could change hands.
    TRADE_MEETING trade_meeting(id: TradeId) = "/trades/{id}/meeting" Reader;

    /// Events to come: see `events`.
    EVENTS = "/events" Anyone;
    /// Events by the days of a month: see `events_of_month`.
    EVENTS_MONTH = "/events/month" Anyone;
    /// The form for a new event.
    EVENT_NEW = "/events/new" Member newcomers;
    /// An event, e.g. `/events/12-swap-night`: see `event`.
    EVENT in "/events/{event}" Anyone;
    /// An event as a file for calendars.
    EVENT_ICS event_ics(event: EventId) = "/events/{event}/calendar.ics" Anyone;
    /// Events to come as a calendar: see `events_ics`.
    EVENTS_ICS = "/events.ics" Anyone;
    /// A reader's own calendar, under a secret address: see `calendar`.
    CALENDAR in "/calendar/{file}" Anyone sessionless;
    /// What a guest shows at the door of an event.
    EVENT_TICKET event_ticket(event: EventId) = "/events/{event}/ticket" Reader;
    /// Seats that the reader holds there while they fill in the form.
    EVENT_HOLD event_hold(event: EventId) = "/events/{event}/hold" Reader;
    /// The dates of its series, for seats at several: see `event_dates_told`.
    EVENT_DATES event_dates(event: EventId) = "/events/{event}/dates" Reader;
    /// What guests bring to a swap meet: see `event_books_page`.
    EVENT_BOOKS event_books(event: EventId) = "/events/{event}/books" Anyone;
    /// What is to be done for an event, for its guests and whoever was asked.
    EVENT_TASKS event_tasks(event: EventId) = "/events/{event}/tasks" Reader;
    /// How an event was, for those who were there.
    EVENT_FEEDBACK event_feedback(event: EventId) = "/events/{event}/feedback" Reader;
    /// An event for whoever has this secret link.
    INVITATION invitation(secret: &str) = "/invitations/{secret}" Anyone;
    /// Where the reader has seats.
    SEATS = "/seats" Reader;
    /// Where readers come back to from Google when they connect their calendar.
    GOOGLE_BACK = "/seats/google" Reader;
    /// What the reader hosts: see `hosted`.
    HOST = "/host" Reader;
    /// Guests and waiting list of an event, for its host: see `host_guests`.
    HOST_EVENT host_event(event: EventId) = "/host/{event}" Reader;
    /// What a host writes to all guests.
    HOST_MESSAGES host_messages(event: EventId) = "/host/{event}/messages" Reader;
    /// Guests and waiting list as a table.
    HOST_GUESTS_CSV host_guests_csv(event: EventId) = "/host/{event}/guests.csv" Reader;
    /// With which codes seats cost less.
    HOST_CODES host_codes(event: EventId) = "/host/{event}/codes" Reader;
    /// The form that changes an event.
    HOST_EDIT host_edit(event: EventId) = "/host/{event}/edit" Member;
    /// Asks once more before an event is cancelled.
    HOST_CANCEL host_cancel(event: EventId) = "/host/{event}/cancel" Reader;
    /// Who has come to an event, for its host: see `host_door_asked`.
    HOST_DOOR host_door(event: EventId) = "/host/{event}/door" Reader;
    /// The same on paper: see `host_door_paper`.
    HOST_DOOR_PRINT host_door_print(event: EventId) = "/host/{event}/door/print" Reader;
    /// Where guests of a swap meet have their tables: see `host_stalls_after`.
    HOST_STALLS host_stalls(event: EventId) = "/host/{event}/stalls" Reader;
    /// Who hosts an event together.
    HOST_TEAM host_team(event: EventId) = "/host/{event}/team" Reader;
    /// What the reader hosts in numbers: see `host_statistics_of`.
    HOST_STATISTICS = "/host/statistics" Reader;
    /// The same as a table: see `host_statistics_table`.
    HOST_STATISTICS_CSV = "/host/statistics.csv" Reader;
    /// One event in numbers.
    HOST_EVENT_STATISTICS host_event_statistics(event: EventId) = "/host/{event}/statistics" Reader;
    /// The same as a table.
    HOST_EVENT_STATISTICS_CSV host_event_statistics_csv(event: EventId) = "/host/{event}/statistics.csv" Reader;
    /// What is to be done for an event, for its hosts.
    HOST_TASKS host_tasks(event: EventId) = "/host/{event}/tasks" Reader;
    /// The form of one task.
    HOST_TASK host_task(task: EventTaskId) = "/host/tasks/{task}" Reader;
    /// Asks once more before somebody helps with an event no more.
    HOST_LEAVE host_leave(event: EventId) = "/host/{event}/leave" Reader;
    /// What those who host an event have done with it: see `host_log_before`.
    HOST_LOG host_log(event: EventId) = "/host/{event}/log" Reader;
    /// The form for a new organisation.
    ORGANISATION_NEW = "/organisations/new" Member;
    /// An organisation, e.g. `/organisations/3-riverside-library`: see `organisation`.
    ORGANISATION in "/organisations/{organisation}" Anyone;
    /// The form that changes it.
    ORGANISATION_EDIT organisation_edit(organisation: OrganisationId) = "/organisations/{organisation}/edit" Member;
    /// Who is a member of it, for its members.
    ORGANISATION_PEOPLE organisation_people(organisation: OrganisationId) = "/organisations/{organisation}/people" Reader;
    /// The form for a new place.
    VENUE_NEW = "/venues/new" Member;
    /// The form that changes a place.
    VENUE venue(venue: VenueId) = "/venues/{venue}" Member;

    /// The form that tells moderators of something: see `report`.
    REPORT = "/report" Member newcomers;
    /// A report, for the member who made it.
    REPORT_OWN own_report(id: ReportId) = "/reports/{id}" Reader;

    /// Leads moderators to where their work is.
    ADMIN = "/admin" Moderator;
    /// Leads to the member, the trade or the listings that some words name.
    ADMIN_FIND = "/admin/find" Moderator;
    /// The site in numbers.
    ADMIN_OVERVIEW = "/admin/overview" Moderator;
    /// What was reported and waits.
    ADMIN_QUEUE = "/admin/queue" Moderator;
    /// A reported subject: see `admin_case`.
    ADMIN_CASE in "/admin/queue/{kind}/{id}" Moderator;
    /// What was decided.
    ADMIN_DECISIONS = "/admin/decisions" Moderator;
    /// Copies, to hide and show.
    ADMIN_LISTINGS = "/admin/listings" Moderator;
    /// One copy, to hide or show.
    ADMIN_LISTING admin_listing(id: CopyId) = "/admin/listings/{id}" Moderator;
    /// Reviews, to hide and show.
    ADMIN_REVIEWS = "/admin/reviews" Moderator;
    /// One review, to hide or show.
    ADMIN_REVIEW admin_review(id: ReviewId) = "/admin/reviews/{id}" Moderator;
    /// Rounds in which copies are given away.
    ADMIN_ROUNDS = "/admin/rounds" Moderator;
    /// Works, to compare and merge.
    ADMIN_BOOKS = "/admin/books" Moderator;
    /// Two works side by side: see `admin_compare`.
    ADMIN_MERGE = "/admin/books/merge" Moderator;
    /// A merge that was made.
    ADMIN_MERGED admin_merged(id: i64) = "/admin/books/merges/{id}" Moderator;
    /// A book with its editions.
    ADMIN_BOOK admin_book(id: WorkId) = "/admin/books/{id}" Moderator;
    /// Two editions side by side: see `admin_compare_editions`.
    ADMIN_MERGE_EDITIONS = "/admin/editions/merge" Moderator;
    /// A merge of two editions that was made.
    ADMIN_MERGED_EDITIONS admin_merged_editions(id: i64) = "/admin/editions/merges/{id}" Moderator;
    /// What members say is wrong in the catalogue.
    ADMIN_CORRECTIONS = "/admin/corrections" Moderator;
    /// First events of new hosts, which wait for a moderator.
    ADMIN_EVENTS = "/admin/events" Moderator;
    /// Accounts, to find one.
    ADMIN_MEMBERS = "/admin/members" Moderator;
    /// One account, with its history.
    ADMIN_MEMBER admin_member(handle: &str) = "/admin/members/{handle}" Moderator;
    /// The form that suspends a member.
    ADMIN_MEMBER_SUSPEND admin_member_suspend(handle: &str) = "/admin/members/{handle}/suspend" Moderator;
    /// The form that ends a suspension.
    ADMIN_MEMBER_RESTORE admin_member_restore(handle: &str) = "/admin/members/{handle}/restore" Moderator;
    /// The form that makes moderators and admins.
    ADMIN_MEMBER_ROLE admin_member_role(handle: &str) = "/admin/members/{handle}/role" Admin;
    /// Sales, for moderators.
    ADMIN_ORDERS = "/admin/orders" Moderator;
    /// Loans, with the days by which they end.
    ADMIN_LOANS = "/admin/loans" Moderator;
    /// Trades, to find one.
    ADMIN_TRADES = "/admin/trades" Moderator;
    /// One trade, with all that was said in it.
    ADMIN_TRADE admin_trade(id: TradeId) = "/admin/trades/{id}" Moderator;
    /// What the workers have to do, and what failed.
    ADMIN_JOBS = "/admin/jobs" Moderator;
    /// Asks once more before a job is given up.
    ADMIN_JOB_DISCARD admin_job_discard(id: i64) = "/admin/jobs/{id}/discard" Moderator;
    /// What the site does by the clock.
    ADMIN_SCHEDULES = "/admin/schedules" Moderator;
    /// Mails that were sent or failed.
    ADMIN_MAIL = "/admin/mail" Moderator;
    /// One of them, with its text.
    ADMIN_MAIL_ONE admin_mail(id: i64) = "/admin/mail/{id}" Moderator;
    /// News of the site, written to many members.
    ADMIN_BROADCASTS = "/admin/broadcasts" Admin;
    /// What moderators have done.
    ADMIN_AUDIT = "/admin/audit" Moderator;
    /// What was paid online.
    ADMIN_PAYMENTS = "/admin/payments" Admin;
    /// The numbers of the rules.
    ADMIN_SETTINGS = "/admin/settings" Admin;

    // Routed in development only.
    /// What was caught instead of sent, in development.
    DEV_MAIL = "/dev/mail" Anyone;
    /// The same for tests.
    DEV_MAIL_JSON = "/dev/mail.json" Anyone;
    /// One of these mails.
    DEV_MAIL_ONE dev_mail(id: usize) = "/dev/mail/{id}" Anyone;
    /// Its HTML part, for a frame.
    DEV_MAIL_HTML dev_mail_html(id: usize) = "/dev/mail/{id}/html" Anyone;
    /// Every component, in development.
    DEV_STYLEGUIDE = "/dev/styleguide" Anyone;
    /// A cover of one family, in development.
    DEV_COVER in "/dev/cover/{file}" Anyone;
    /// An error page, in development.
    DEV_ERRORS dev_errors(status: u16) = "/dev/errors/{status}" Anyone;
    /// Every address and who may open it, for tests.
    DEV_ROUTES = "/dev/routes.json" Anyone;
}

#[cfg(test)]
mod tests;
