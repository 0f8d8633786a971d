//! What the site is and how it works: how trading goes, the condition scale,
//! privacy, accessibility.

use dogear_domain::grade::{Defect, Grade};
use dogear_domain::trades::RETURN_DAYS;
use leptos::prelude::*;

use crate::http::{Nav, PageResult, Req};
use crate::ui::book::Condition;
use crate::ui::count;
use dogear_urls as urls;

pub(super) async fn trading(req: Req) -> PageResult {
    let policy = dogear_server::trades::policy(req.cx.db()).await?;
    let reply = count(policy.reply_days, "day", "days");
    let send = count(policy.send_days, "day", "days");
    let problem = count(policy.problem_days, "day", "days");
    let pay = count(policy.pay_days, "day", "days");
    let (sales, euros) = (policy.sales_in_a_year, policy.euros_in_a_year);
    let lost = policy.lost_days;
    let revisions = policy.max_revisions;
    let open = policy.new_member_open_proposals;
    Ok(req
        .page("How trading works")
        .nav(Nav::None)
        .public("From listing a book to holding another: what happens in a trade, who is next, and by when.", urls::ABOUT_TRADING)
        .render(move || view! {
            <div class="wrap page">
                <div class="head">
                    <div class="stack stack-s">
                        <h1>"How trading works"</h1>
                        <p class="lead">
                            "You give books you have read and get books you have not. Some books are given away, and some are sold, from reader to reader."
                        </p>
                    </div>
                </div>
                <section class="hung" aria-labelledby="list">
                    <header>
                        <h2 id="list">"List"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Put a book on your shelf by its ISBN, or by title and author when it has none. Say how well this copy has kept on "
                            <a href=urls::ABOUT_CONDITIONS>"our scale of six"</a>
                            ", name its defects, and add photos if you like. A copy can be listed to trade it, to give it away, to lend it or to sell it, or simply owned: only listed copies can be asked for."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="propose">
                    <header>
                        <h2 id="propose">"Propose"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Choose what you would like from somebody’s shelf and what you would give for it: one for one, two for one, or a book of theirs as a gift, from readers who take such requests. The other side has "
                            {reply}
                            " to accept, decline, or answer with another list. You can go back and forth up to "
                            {revisions}" times."
                        </p>
                        <p>
                            "A proposal holds nothing. The same copy may stand in several of them; whoever agrees first gets it, and the others are told at once. If an owner no longer offers a book, the proposals with it end."
                        </p>
                        <p>
                            "Some books are "
                            <a href=urls::GIVE>"given away to one of those who ask"</a>
                            ": by a draw that you can check, or to whoever comes first. The book is kept meanwhile. Whoever it falls on takes it, which is agreed at once, or passes it on."
                        </p>
                        <p>
                            "Until you have completed a trade you can have "{open}
                            " proposals open at a time."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="agree">
                    <header>
                        <h2 id="agree">"Agree"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "A trade is agreed when everybody has accepted the same list. From then on its copies are held for it, and the condition is kept on record as it was described. If an owner changes the description before that, everyone is asked again."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="send">
                    <header>
                        <h2 id="send">"Post or meet"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Each side has "{send}
                            " to post or hand over; for a parcel they begin when its address is there. Addresses are entered only when something is to be posted; the other side sees yours from agreement until the trade ends, and then it is erased. If you like, it is kept for your next trades, where only you see it. Each of you pays your own postage."
                        </p>
                        <p>
                            "As long as nothing has been sent, either side can cancel. After that it takes both."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="lend">
                    <header>
                        <h2 id="lend">"Lend or borrow"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "A book that is lent stays its owner’s. You agree on a day, and it comes back by then, in person or by post. If you need it longer, ask in its last week: the owner says yes or no. We remind you of the day; whoever keeps a book for a week too long cannot borrow another one until it is back."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="sell">
                    <header>
                        <h2 id="sell">"Buy or sell"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Of a book that is for sale you read the price before you ask. You can offer another one, and so can its owner; when both say yes to the same price, the book is kept for the buyer. Where “Buy now” stands beside the price, its owner has said yes beforehand: whoever pays it has the book, and nobody is asked. Books of several readers can be put into a cart and bought together; nothing is reserved in a cart, and each reader sells and posts their own. Several books of one reader go as one parcel, for which the largest postage of one of them is due. The money goes from reader to reader, in cash or as you agree: none of it passes through Dogear, and Dogear cannot bring it back. Where this site offers it, sellers can also be paid online for what they post: you pay them at Stripe, a payment service, and what you paid there goes back to you by itself if the sale ends before the book leaves."
                        </p>
                        <p>
                            "Who meets pays as the book is handed over. What is posted is paid before, within "
                            {pay}
                            ": the seller says when the money is there, and posts it then. Whoever sells says whether they are a private reader or a trader, and whether they take back what they sold: within "
                            {RETURN_DAYS}
                            " days after it came a buyer can give it back to them then, and the price goes back when it is there. Traders always do. Whoever sells can sell "
                            {sales}" books a year, for "{euros}" euros in all."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="arrive">
                    <header>
                        <h2 id="arrive">"Receive"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "When you say that a book has arrived it is yours, and appears on your shelf. A parcel that nobody has confirmed after "
                            {lost}" days counts as lost, until it turns up."
                        </p>
                        <p>
                            "If a book is the wrong one, damaged, or not as described, report it within "
                            {problem}": the trade is stopped and a moderator looks at it."
                        </p>
                        <p class="mt5">
                            <a class="btn" href=urls::BROWSE>
                                "See what there is"
                            </a>
                        </p>
                    </div>
                </section>
            </div>
        }))
}

pub(super) async fn conditions(req: Req) -> PageResult {
    let grades: Vec<_> = Grade::ALL
        .iter()
        .map(|grade| {
            view! {
                <tr>
                    <th scope="row">
                        <Condition grade=*grade />
                    </th>
                    <td>{grade.meaning()}</td>
                </tr>
            }
        })
        .collect();
    let defects: Vec<_> = Defect::ALL
        .iter()
        .map(|defect| {
            view! {
                <li>
                    <span class="tag">{defect.label()}</span>
                </li>
            }
        })
        .collect();
    Ok(req
        .page("The condition scale")
        .nav(Nav::None)
        .public("Six grades for the condition of a book, each in plain words, and the defects that are always named.", urls::ABOUT_CONDITIONS)
        .render(move || view! {
            <div class="wrap page">
                <div class="head">
                    <div class="stack stack-s">
                        <h1>"The condition scale"</h1>
                        <p class="lead">
                            "Six grades, the same for every copy. When in doubt, choose the lower one."
                        </p>
                    </div>
                </div>
                <section class="hung" aria-labelledby="grades">
                    <header>
                        <h2 id="grades">"Grades"</h2>
                    </header>
                    <table class="table scale">
                        <thead class="visually-hidden">
                            <tr>
                                <th scope="col">"Grade"</th>
                                <th scope="col">"What it promises"</th>
                            </tr>
                        </thead>
                        <tbody>{grades}</tbody>
                    </table>
                </section>
                <section class="hung" aria-labelledby="defects">
                    <header>
                        <h2 id="defects">"Defects"</h2>
                    </header>
                    <div class="stack">
                        <p class="prose">
                            "Some things matter to a reader whatever the grade. They are named with every copy that has them:"
                        </p>
                        <ul class="chips">{defects}</ul>
                        <p class="prose">
                            "A copy from a library is “Very good” at best, because of its stamps and labels."
                        </p>
                    </div>
                </section>
            </div>
        }))
}

pub(super) async fn privacy(req: Req) -> PageResult {
    Ok(req
        .page("Privacy")
        .nav(Nav::None)
        .public("What Dogear keeps about you, who sees it, and for how long.", urls::ABOUT_PRIVACY)
        .render(|| view! {
            <div class="wrap page">
                <div class="head">
                    <div class="stack stack-s">
                        <h1>"Privacy"</h1>
                        <p class="lead">
                            "We keep what a trade needs, show it to those who need it, and nothing else."
                        </p>
                    </div>
                </div>
                <section class="hung" aria-labelledby="public">
                    <header>
                        <h2 id="public">"What everybody sees"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Your handle and display name, the town, region and country if you enter them, that you post abroad if you say so, what you write about yourself, the copies you list, and how your trades went: how many were completed, how fast you answer, how many parcels left in time. Copies you only own are not shown, but those that you say you bring to a swap meet. Readers who have said their own town are told whether yours is within 10, 25, 50, 100 or 250 km of it, and nothing more exact. Events near you are looked for around your town when you ask for them; that tells nobody where you live."
                        </p>
                        <p>
                            "On the page of a book stands what its readers also own. That counts copies on offer alone, and a book appears only when at least three readers have both on offer. What you own without offering it counts only for the list that you yourself see on the front page."
                        </p>
                        <p>
                            "Lists of books that you make are yours alone until you say otherwise. One that is unlisted is seen by whoever has its address, which you can change; one that is public stands on your page with your name and what you note for its books, and search engines find it. A copy of yours that you name there is shown to others only while it is on offer. What you delete, and books that you take out of a list, are kept for thirty days, so that you can restore them."
                            "What you write in a review of a book everybody reads, with your name, how you rate the book, and whether you have given or got it in a completed trade here. A rating without a review counts in the numbers of the book, without your name. Nobody is told which reviews you found helpful. A review that you delete is kept for a day, so that you can have it back; one that a moderator has hidden or marked longer, read by nobody, so that what you write of the book again is hidden or marked too. When you delete your account your reviews and what you found helpful go with it."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="reading">
                    <header>
                        <h2 id="reading">"What you read"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Which books you want, read and have read, when, how far you are, your ratings and your goals are for you alone, unless you show them: all with one switch on “Your reading”, or one book at a time. Then everybody sees on your profile where a book stands, when you read it last and how you rated it. Your private notes nobody else ever sees, moderators neither. A rating counts in what the page of a book says of all its readers together, without your name, also when you keep it to yourself; it does not while you are suspended. When two books turn out to be one, what you had of both is kept for a month beside what stands then, so that it can be put right. It all stays when you give a book away, and goes when you delete your account. What the rows of a file say that you import, notes and reviews in it included, is kept for thirty days, for you alone, so that you can look at the import and take it back."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="trade">
                    <header>
                        <h2 id="trade">"What your trading partner sees"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "If you ask for a book that is given away, whoever gives it sees how many have asked, and not who; the one who takes it is named to the giver and to those who asked. The list of a draw has numbers in place of names, and is shown to those alone who took part, and to moderators. That you asked is kept for 180 days after it is over, or until you delete your account; that you took a book stays with the trade."
                        </p>
                        <p>
                            "The trade and the letters in it, and of a sale its price and whether it is paid: that stays on record with the trade, and moderators who look into it read it, too. How you pay each other is not kept here, unless you pay online. What is in your cart, with the price that you saw, until you take it out or buy it: nobody else sees it, and no reader is told that their book is in one. Whether you sell as a trader and take books back is shown to whoever would buy of you, and kept with each sale as it was when you agreed. When a book you sold goes back to you, why its buyer says so, if they do, stays with the sale, and how much of the money goes back. Your postal address only from agreement until the trade ends: it is stored encrypted and erased afterwards. If you tick the box to keep it for your next trades, it stays, encrypted, until you remove it in your settings or delete your account: only you see it, and your next partner when you choose it for that trade. Your e-mail address is never shown to anybody."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="online">
                    <header>
                        <h2 id="online">"Paying online"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Where this site offers it, you can pay for a book at Stripe, a payment service, on its own page: what you tell it there, your card included, it does not tell us. We tell Stripe how much is due, in which currency, the number of the sale, the name of this site and whose account is paid; nothing of you, of the seller or of the book. Stripe tells us whether it is paid, how much, and whether it, or a part of it, was given back. With the sale we keep that, when it was, and by what names Stripe knows the payment, and that Stripe has told us something for ninety days; admins of this site see amounts and states. If you want to be paid, we keep which account at Stripe is yours and whether it is ready, until you disconnect it or delete your account. What Stripe does with what it learns stands in its own privacy notice."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="events">
                    <header>
                        <h2 id="events">"What hosts and guests see"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Where you have seats, or wait for some, the host of that event sees your name, your handle and how many seats; other guests do not. At the door your host notes when you and yours were let in, and you can see afterwards if you had seats and were not; only you and your host know. Where the host wants it so, your seats are given to readers who wait at the place if nobody of you has been let in some minutes after the start: you are told, it counts as an event at which you had seats and were not let in, whoever keeps the door sees whose seats that were, and it is kept with them. While you wait for seats there you can say that you are at the place: those at the door see it, and whether they have taken it back; that is kept with your place on the list. If you have seats and are not let in three times in ninety days, others go before you on waiting lists that you join after it, where this site counts that: you alone read why. Seats that you hold while you fill in the form count as taken; the host sees meanwhile that you do, and that you held some is kept with your seats, so that nobody holds the same ones again and again. If you give seats back, all or some, or move to another date of a series, later than the host had asked, those who host the event see your name and how many seats that were; that is kept with those seats as long as they are on record. If you ask for seats at several dates of a series at once, what became of each date is kept for two days, so that the page can tell you. If you offer your seats to another member, they learn that you have some; whether they take them, you learn. If you say which books you bring to a swap meet, its host and the guests with seats see that they are yours, while you have seats and until it is over; everybody else who may see the event sees title, author and condition without your name. When it is over, guests who came read which of the books that were there can still be had, and find them on the pages of these books, not by whose they were. Whoever brings a book sees that you would like it. What you would like is forgotten a day after the event, and what you brought eight days after; if you say before that which of your books went to somebody, the sum of all guests stays, without titles and names. At a swap meet the host can give you a stall, which goes when you give your seats back. When an event is over, those who host it read how you say it was, with what you write to them, and your name if you tick that; moderators read it, with your name, when it is reported. It goes with your seats when you delete your account, and when the host does. If you choose to hand over the books of a trade at an event, the other side of that trade sees that you have seats there, is told when you give them back, and when you are let in; the host sees nothing of the trade. If you host, the event, its place with the address and your name are there for everybody who may see the event; unless it is for those alone who have its address or are invited, it is found by your name and handle, by the town of its place, and by the distance from that town to others. When we told you that its first or last seats were taken, and up to when of your days, is kept, so that you are told once. If you open the link of an invitation while you are logged in, that is kept, so that you find the event again without it; its host does not see who did. The link to what is online is there for those who have seats alone. The host can write to all guests and take their list away as a table, with names, handles and seats; your e-mail address does not stand in it, and messages go through this site. If you say that you are interested in an event, its host sees your name, your handle and what you note for them; everybody else who may see the event sees how many are interested. That is forgotten a month after the event. The first event of a new host is read by moderators before others see it, with place and link. What a host deletes is kept for 30 days, so that they can restore it; then drafts are removed, and of what was cancelled its guests’ seats stay on record."
                        </p>
                        <p>
                            "A host can ask other members to help. Whoever hosts an event with them sees of its guests what the host sees, and stands with their name on its page; whoever helps at the door sees who has seats there and what is due for them, finds by a name who waits, and where seats of guests who have not come are given on sees the waiting list, and notes who was let in and who has paid; nothing else. The device that is used at a door keeps the list of its guests from a day before the event on, with names, handles and seats but without codes, so that the door stays open when the connection goes; the list is removed there when they log out, when they say so, and when this site is opened on it a day after the event or later. What they note there without a connection, with names, stays until they have sent it, or taken it back; what could not be counted, with its reason, until it is dismissed. Both stay when they log out, and are removed when this site is opened there two days after it was noted, or later. Until they say yes, only those who host it and they themselves know that they were asked. Those who host an event read who of them, or of those at the door, has published, changed or cancelled it, added guests, noted a payment, made or ended a code, given out stalls, written to guests, asked others to help, or written tasks and asked others to do them; that is kept for thirty days, without what anybody has written, and nobody else reads it. If you join an organisation, your name stands on its page for everybody, and you host its events with its other members."
                        </p>
                        <p>
                            "What you say of an event when it is over, those who host it read, without your name unless you show it. For thirty days you can change or withdraw it; it goes with your seats. What was reported of it, moderators keep; and who co-hosted it then is kept with it when they stop, so that they do not learn from the desk who said it."
                        </p>
                        <p>
                            "If you say that you do something for an event, or its host asks you to, that is kept with it: those who host it see your name and handle, whether you said yes or no, and whether you have a seat; other guests see how many hands are found, and no names. Who noted that something is done, those who host it read. It goes with the event or the task, and when you delete your account. Hosts see their evenings in numbers, counted in the seats that are there: how many were taken, from where, who came, and when some were given back. Nobody is named in them, and nothing more is kept for it."
                        </p>
                        <p>
                            "If seats cost something, you pay in person, and nothing of it goes through this site. What you agreed to is kept with your seats, with the code that you used, when you paid, and who noted that; those who host the event and those at its door see what is due and whether it is paid, and if you give paid seats back, those who host it see what they owe you. If a host makes a code for some readers alone, the handles of those whom they chose are kept with it, for those who host the event to see. What is kept with your seats goes when you delete your account, and that you were chosen for a code, too; codes go with the event, or when its host deletes their account."
                        </p>
                        <p>
                            "Mails about your seats bring an entry for your calendar: it names the host by the name they have chosen, and you with your own address, which only you receive. If you make an address for your calendar program, whoever has that address can read where you have seats, when and how many, and with whom you trade in person, until you make a new one or stop it on the page of your seats. It stands in no log. The links to Google and Outlook tell them what the event is, when and where, when you follow them, and nothing before."
                        </p>
                        <p>
                            "If you make an access token for a program, we keep what you call it, what it opens, until when it works, and to a few minutes when it was last used. Of the token itself we keep a digest, by which it is known again and from which nobody can make it, and its last four characters. Whoever has a token sees and does what you have opened to it. Tokens that have ended are forgotten after 30 days."
                        </p>
                        <p>
                            "If you connect your Google Calendar, where this site offers that, Google is told of each of your coming seats: title, time, place and description of the event, what a seat costs, its host’s name, how many seats you have, and the link to what is online, and again when one of these changes. Nothing is told before you connect it, and nothing of your books, your trades and other guests. The permission that Google gives us is kept encrypted, with a note of which entries are written. When you disconnect it or delete your account, your coming seats are taken out of your calendar, unless you would rather leave them there, Google is asked to forget the permission, and it is erased here."
                        </p>
                        <p>
                            "When you delete your account your seats go to whoever waits and nothing says that you were there; your own events to come are cancelled and their guests told, and title, words and address go from all of them, with the names of guests whom you had added and what you had written to guests here. With whose events you helped and of which organisations you were a member is forgotten; an organisation without another admin is closed, and your name goes from what the others read of it. Those names are kept for you alone, and are forgotten a month after the event. Mails and notices that guests have had still say what it was, when and where."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="moderators">
                    <header>
                        <h2 id="moderators">"What moderators see"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "What is reported to them, as it stood when it was reported, for an event also what its host has written to guests, what a guest has said of one, lists that everybody can see or somebody with their address has reported, the corrections of books you suggest, and what they need to decide. For ninety days after you have changed them: your profile, your reviews, and books that you had on offer. Each look into a trade or a book that is not theirs is written down in a record; the site checks each night that nobody has changed it."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="keep">
                    <header>
                        <h2 id="keep">"What we keep"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Passwords only as a hash that cannot be read back. Photos without the place and camera they carry. Sent mail for ninety days, without the text when it held a link that opens an account. What stood in a report, for ninety days after the decision. Cookies for one purpose each: to keep you logged in, to remember day, dark or sepia, to show one sentence after you have done something, and, while you join, to know your browser again when you confirm your address. There is no tracking and no advertising, and no page loads anything from another site."
                        </p>
                        <p>
                            "Where a copy of yours stands and to whom you have lent it outside Dogear, if you note that, is for you alone: nobody else sees it, moderators included, and no search finds it. The name of whoever has your book is kept encrypted, stands in no mail and no notice, and is erased 30 days after the book is back. Place and loans go when the copy changes hands here, or with your account. What others see is that the copy is lent out, on its page and when they ask for it. Of a loan here, lender and borrower see each other, as in a trade; others see until when a copy is lent, and never to whom. That stays on record with the trade. Where the book comes back to is kept encrypted while the loan runs; the borrower’s own address is erased when they have the book. If you ask to be told when a book is back, its owner does not learn that it is you; it is erased when you leave the queue or with your account."
                        </p>
                        <p>
                            "When you delete your account your personal data is erased as soon as your running trades have ended; what stands in a report about you that moderators have not decided, ninety days after they have. Your photos go with it, and their files, and so do your lists. Those you traded with keep the trade with what you both agreed to, the photos of the books in it included, with “former member” in your place; photos with which you showed a problem go; of proposals that came to nothing, your notes, your photos and what you wrote go. Mails and notices about your trades name you no more. Nobody can take your handle for ninety days."
                        </p>
                    </div>
                </section>
            </div>
        }))
}

pub(super) async fn accessibility(req: Req) -> PageResult {
    Ok(req
        .page("Accessibility")
        .nav(Nav::None)
        .public("How Dogear is made to be usable by everybody, and where it falls short.", urls::ABOUT_ACCESSIBILITY)
        .render(|| view! {
            <div class="wrap page">
                <div class="head">
                    <div class="stack stack-s">
                        <h1>"Accessibility"</h1>
                        <p class="lead">
                            "Everybody who reads should be able to trade. We build to WCAG 2.2, level AA."
                        </p>
                    </div>
                </div>
                <section class="hung" aria-labelledby="works">
                    <header>
                        <h2 id="works">"What works"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Every page and every form works without scripts, with a keyboard alone, at 200 percent text size and on a screen 320 pixels wide. Focus is always visible, every field has a label, and an error says at the field and above the page what to do."
                        </p>
                        <p>
                            "Colour never carries a meaning by itself: a turned-down corner is also said in words. The theme follows your device, or is day, dark or sepia as you choose below. If your device asks for less motion, nothing moves."
                        </p>
                    </div>
                </section>
                <section class="hung" aria-labelledby="limits">
                    <header>
                        <h2 id="limits">"What does not yet"</h2>
                    </header>
                    <div class="prose">
                        <p>
                            "Photos of copies are described only by whose copy they show; what is to be seen stands in the condition, the defects and the note. The site speaks English only, though its books do not: titles are marked with their language."
                        </p>
                    </div>
                </section>
            </div>
        }))
}
