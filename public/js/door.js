// Keeps the door of an event open without a connection: the list of its guests, what is noted
// meanwhile, and sending that. Codes are not kept, only what tells a right one from a wrong one.
const CACHE = 'door';
// Each with one store: the list has to go at its time and with whoever is logged in; what was noted
// waits until it was sent, for two days.
const LISTS = 'door';
const NOTES = 'door-notes';
const KEYS = { [LISTS]: 'event', [NOTES]: 'key' };
// So many notes go at once; the site takes 200.
const BATCH = 50;
const LOOK_EVERY = 15_000;
const LIST_EVERY = 60_000;
// The site takes no note that is older.
const NOTE_KEPT = 48 * 3_600_000;

let place;
let event;
let list;
let notes = [];
let offline = false;
let out = false;
let forgotten = false;
let isPageKept = false;
let working = false;
let again = false;
let looked = 0;
let results = [];

const find = (id) => document.getElementById(id);

function open(name) {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('kept', { keyPath: KEYS[name] });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function step(name, work) {
  const database = await open(name);
  try {
    return await new Promise((done, failed) => {
      const change = database.transaction('kept', 'readwrite');
      const asked = work(change.objectStore('kept'));
      change.oncomplete = () => done(asked.result);
      change.onabort = () => failed(change.error);
    });
  } finally {
    database.close();
  }
}

const all = (name) => step(name, (store) => store.getAll());
const put = (name, it) => step(name, (store) => store.put(it));
const drop = (name, key) => step(name, (store) => store.delete(key));
const page = (number) => `/host/${number}/door`;

async function readNotes() {
  const stored = await all(NOTES);
  notes = stored.filter((note) => note.event === event).sort((a, b) => a.order - b.order);
}

const waiting = () => notes.filter((note) => !note.problem);
// What somebody else has noted here is theirs to send: it stands on the site who let in whom.
const isMine = (note) => note.by === place.dataset.keeper;
const unsent = () => waiting().filter(isMine);

// Of this party, so many were noted here and not sent yet. One that is not on the list has a code alone.
function noted({ booking, code }) {
  const theirs = waiting().filter((it) => (booking ? it.booking === booking : it.code === code));
  return theirs.reduce((sum, it) => sum + it.count, 0);
}

// Of a code that is not on the list nobody here knows how many they are: they come in one by one.
const missing = (guest) => (guest.booking ? Math.max(0, guest.size - guest.inside - noted(guest)) : 1);
const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

// A code as the site reads it: `TicketCode::parse`.
function letters(typed) {
  const code = (typed.split('code=')[1] ?? typed).split('&')[0].replace(/[-–\s]/g, '').toUpperCase();
  const plain = code.replace(/O/g, '0').replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(plain) ? plain : '';
}

// As `tickets::digest`.
async function digest(code) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(code)));
  return [...bytes.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, more);
}

function button(text, label, act) {
  const it = element('button', text, { type: 'button', className: 'btn btn-small', onclick: act });
  it.setAttribute('aria-label', label);
  return it;
}

// A row with a name, how it stands, and what can be done.
function row(name, about, ...controls) {
  const [line, words, end] = [element('li', ''), element('span', ''), element('span', '')];
  line.className = 'row row-between';
  end.className = 'row';
  words.append(element('bdi', name, { className: 'strong' }), element('br', ''), element('span', about, { className: 'small' }));
  end.append(...controls);
  line.append(words, end);
  return line;
}

function say(text) {
  const door = find('door');
  if (door) door.dataset.said = text;
  for (const id of ['noted-said', 'camera-said']) if (find(id)) find(id).textContent = text;
}

const clock = (time) => new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

function standing(guest) {
  if (!guest.booking) return noted(guest) ? `${noted(guest)} noted` : 'one at a time';
  const inside = guest.size - missing(guest);
  if (!inside) return guest.size === 1 ? 'one seat' : `${guest.size} seats`;
  const since = guest.inside && guest.at ? `, at ${guest.at}` : '';
  return guest.size === 1 ? `in${since}` : `${inside} of ${guest.size} in${since}`;
}

const sayIn = (guest) => say(`${guest.name}: ${standing(guest)}. Nobody of them is missing.`);

function foundRow(guest) {
  const left = missing(guest);
  if (!left) return row(guest.name, standing(guest));
  const choice = element('select', '', { className: 'select select-inline' });
  choice.setAttribute('aria-label', `How many of ${guest.name}`);
  for (let count = left; count > 0; count -= 1) choice.append(element('option', `${count}`));
  // Without a number all go in who are missing: of a code that is not on the list, not more than one.
  const one = guest.booking ? null : 1;
  const act = () => note(guest, left > 1 ? Number(choice.value) : one, crypto.randomUUID());
  return row(guest.name, standing(guest), ...(left > 1 ? [choice] : []), button('Let in', `Let in ${guest.name}`, act));
}

// Shows how it stands: above the list, and beside each guest in it.
function render() {
  if (!place?.isConnected) return;
  const [rows, problems] = [waiting(), notes.filter((note) => note.problem)];
  const others = rows.length - unsent().length;
  place.hidden = !offline && !out && !notes.length && !results.length;
  find('kept').hidden = !list;
  const how = find('noted-how');
  how.hidden = !offline;
  how.textContent = list
    ? `The site cannot be reached. The door goes on with the list as it was at ${clock(list.as_of)}; what you note here is sent when the connection is back.`
    : 'The site cannot be reached, and this device keeps no list.';
  find('noted-out').hidden = !out;
  find('noted-found').replaceChildren(...results.map(foundRow));
  find('noted-waiting').textContent = rows.length ? `Not sent yet: ${rows.length}${others ? `. Noted by somebody else, who has to log in here: ${others}` : ''}` : '';
  find('noted-rows').replaceChildren(
    ...rows.map((it) => row(it.name, `${it.size > 1 ? `${it.count} of ${it.size}, ` : ''}at ${clock(it.at)}`, button('Take back', `Take back: ${it.name}`, () => remove(it)))),
  );
  find('noted-refused').hidden = !problems.length;
  find('noted-problems').replaceChildren(
    ...problems.map((it) => row(it.name, `${it.problem} Noted at ${clock(it.at)}.`, button('Dismiss', `Dismiss: ${it.name}`, () => remove(it)))),
  );
  for (const form of document.querySelectorAll('#door form')) {
    if (form.getAttribute('action') !== place.dataset.letIn) continue;
    const booking = Number(form.elements.namedItem('booking').value);
    const count = noted({ booking });
    const guest = list?.guests.find((it) => it.booking === booking);
    // What the site has shown last is right, but for what has happened here since.
    form.hidden = (offline || count > 0) && guest !== undefined && !missing(guest);
    form.parentElement.querySelector('[data-noted]')?.remove();
    if (!count) continue;
    const mark = element('span', `${count} noted`, { className: 'small strong' });
    mark.dataset.noted = '';
    form.before(mark);
  }
}

// Forms that are sent from here on are other ones: the key of the last may have come through.
function newKeys() {
  for (const key of document.querySelectorAll('#door input[name=once]')) key.value = crypto.randomUUID();
}

async function note(guest, party, key) {
  const it = {
    key, event, party, by: place.dataset.keeper, booking: guest.booking, code: guest.booking ? '' : guest.code, name: guest.name, size: guest.size,
    count: party ?? missing(guest), at: new Date().toISOString(), order: Date.now(),
  };
  notes.push(it);
  results = [];
  newKeys();
  render();
  try {
    await put(NOTES, it);
    say(guest.size > 1 ? `${it.name}: ${it.count} of ${it.size} noted on this device.` : `${it.name} is noted on this device.`);
  } catch {
    notes = notes.filter((other) => other !== it);
    say('This device cannot keep anything: write it down on paper.');
  }
  render();
  await remember().catch(() => {});
}

async function remove(it) {
  notes = notes.filter((other) => other !== it);
  await drop(NOTES, it.key);
  render();
  find('noted-said')?.focus();
}

async function look(typed, express, key) {
  const code = letters(typed);
  const hash = code && await digest(code);
  const name = folded(typed.trim());
  const handle = name.replace(/^@/, '');
  const guests = list.guests.filter((guest) => (hash ? guest.code === hash : guest.handle.toLowerCase() === handle || (name && folded(guest.name).includes(name))));
  const field = document.querySelector('#door [name=q]');
  if (field && hash) field.value = '';
  const [guest] = guests;
  if (guests.length === 1 && !missing(guest)) {
    results = [];
    sayIn(guest);
  } else if (guests.length === 1 && express && (hash || typed.trim().startsWith('@'))) {
    await note(guest, null, key);
  } else {
    results = guests.slice(0, 20);
    if (guests.length) say(guests.length === 1 ? 'One guest is found.' : `${guests.length} guests are found.`);
    else say('Nobody on the list that this device keeps has that name.');
    if (hash && !guests.length) {
      // Seats may have been taken since: the site knows.
      results = [{ booking: null, code: hash, name: 'A code that is not on the list', handle: '', size: 1, inside: 0, at: '' }];
      say('This code is not on the list that this device keeps. Ask for the name, or let in one at a time: it is checked later.');
    }
  }
  render();
}

// Called with a form that could not be sent: whether what it asks is done here.
globalThis.dogearUnreachable = (form, body) => {
  if (!place?.isConnected || !list) return false;
  offline = true;
  const action = form.getAttribute('action');
  const key = body.get('once') || crypto.randomUUID();
  if (action === place.dataset.find) {
    look(body.get('q') ?? '', body.get('express'), key);
    return true;
  }
  const guest = list.guests.find((it) => `${it.booking}` === body.get('booking'));
  if (action === place.dataset.letIn && guest) {
    if (missing(guest)) note(guest, body.get('party') ? Math.min(Number(body.get('party')), missing(guest)) : null, key);
    else sayIn(guest);
    return true;
  }
  render();
  return false;
};

async function ask(path, fields) {
  try {
    const body = new URLSearchParams({ event, ...fields });
    const answer = await fetch(path, { method: 'POST', headers: { accept: 'application/json' }, body, signal: AbortSignal.timeout(20_000) });
    offline = false;
    return answer;
  } catch {
    offline = true;
    return undefined;
  }
}

// Nobody is logged in any more, or they do not keep this door.
const isOut = (answer) => [401, 403, 404].includes(answer.status);

async function forget(number) {
  await drop(LISTS, number);
  await (await caches.open(CACHE)).delete(page(number));
  if (number === event) [list, isPageKept] = [undefined, false];
  if (!(await all(LISTS)).length) {
    await caches.delete(CACHE);
    await (await navigator.serviceWorker.getRegistration('/host/'))?.unregister();
  }
  await remember();
}

// When something has to go next: boot.js looks at that.
async function remember() {
  const [lists, stored] = [await all(LISTS), await all(NOTES)];
  const times = [...lists.map((it) => Date.parse(it.until)), ...stored.map((it) => it.order + NOTE_KEPT)];
  if (times.length) localStorage.setItem('door', Math.min(...times));
  else localStorage.removeItem('door');
}

// Called by boot.js on any page: what has had its time goes, and every list when nobody is logged in.
export async function forgetOld(isOut) {
  for (const old of await all(LISTS)) if (isOut || Date.parse(old.until) < Date.now()) await forget(old.event);
  for (const it of await all(NOTES)) if (it.order + NOTE_KEPT < Date.now()) await drop(NOTES, it.key);
  if (isOut) await caches.delete(CACHE);
  await remember();
}

// The page itself, and what it needs to come to life.
async function keepPage() {
  await navigator.serviceWorker.register(place.dataset.worker, { scope: '/host/' });
  const cache = await caches.open(CACHE);
  const answer = await fetch(page(event));
  if (answer.ok && !answer.redirected) await cache.put(page(event), answer);
  const loaded = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
  for (const file of new Set([...loaded, place.dataset.reader])) {
    if (file.startsWith('/pkg/') && !(await cache.match(file))) await cache.add(file);
  }
  isPageKept = true;
}

async function keepList() {
  if (forgotten) return;
  const answer = await ask(place.dataset.list, {});
  if (!answer) return;
  out = isOut(answer);
  if (out) await forget(event);
  if (!answer.ok) return;
  const fresh = { event, ...await answer.json() };
  // Not yet, or not any more: also when the date was moved or cancelled since.
  const isDue = Date.parse(fresh.until) > Math.max(Date.parse(fresh.as_of), Date.now());
  if (!isDue || forgotten) {
    await forget(event);
    return;
  }
  list = fresh;
  await put(LISTS, list);
  await remember();
}

// Sends what was noted, in order; whether anything came of it.
async function send() {
  let [sent, refused, later] = [0, 0, false];
  await readNotes();
  while (!later && unsent().length) {
    const batch = unsent().slice(0, BATCH).map(({ key, booking, code, party, at }) => ({ key, booking, code, party, at }));
    const answer = await ask(place.dataset.send, { notes: JSON.stringify(batch) });
    if (answer) out = isOut(answer);
    if (!answer?.ok) break;
    for (const { key, state, said } of await answer.json()) {
      const it = notes.find((other) => other.key === key);
      if (state === 'later' || !it) {
        later = true;
      } else if (state === 'in') {
        sent += 1;
        notes = notes.filter((other) => other !== it);
        await drop(NOTES, key);
      } else {
        refused += 1;
        it.problem = said;
        await put(NOTES, it);
      }
    }
  }
  if (sent || refused) say(`${sent} sent${refused ? `; ${refused} could not be` : ''}.`);
  return sent + refused > 0;
}

// Shows the door as the site has it; what is being typed stays.
async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('door');
  const door = find('door');
  if (!fresh || !door) return;
  const [typed, focused] = [door.querySelector('[name=q]')?.value, document.activeElement?.id];
  door.innerHTML = fresh.innerHTML;
  const field = door.querySelector('[name=q]');
  if (field && typed) field.value = typed;
  if (focused && door.contains(find(focused))) find(focused).focus();
}

async function work() {
  again = working;
  if (working || !place?.isConnected) return;
  working = true;
  looked = Date.now();
  const was = offline;
  try {
    await forgetOld(false);
    await keepList();
    // One tab sends; the keys would let nobody in twice anyway.
    const told = !offline && await navigator.locks.request(NOTES, send);
    if (!offline && (told || was)) {
      results = [];
      await refresh();
      if (told) await keepList();
    }
    render();
    // After what was noted, which somebody may wait for.
    if (list && !offline && !isPageKept) await keepPage();
  } catch {
    // A device that keeps nothing, or a connection that broke in between: the next look tells.
  } finally {
    working = false;
    render();
    // The connection came back while the last look was under way.
    if (again) work();
  }
}

function install() {
  addEventListener('online', work);
  addEventListener('offline', () => {
    offline = true;
    render();
  });
  setInterval(() => {
    const due = offline || unsent().length > 0 || Date.now() - looked > LIST_EVERY;
    if (due && !document.hidden) work();
  }, LOOK_EVERY);
}

let installed = false;

// Called by boot.js for each page with a door.
export async function start(element) {
  if (!isSecureContext || !navigator.serviceWorker || !navigator.locks) return;
  place = element;
  event = Number(place.dataset.event);
  [list, results, forgotten, out, isPageKept] = [undefined, [], false, false, false];
  if (!installed) install();
  installed = true;
  find('kept-forget').onclick = async () => {
    forgotten = true;
    await forget(event);
    say('The list is forgotten on this device.');
    render();
  };
  try {
    await forgetOld(false);
    await readNotes();
    list = (await all(LISTS)).find((it) => it.event === event);
    newKeys();
    await work();
  } catch {
    // A browser that keeps nothing: the door needs a connection, as it did.
  }
}
