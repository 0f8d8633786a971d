// Loads the islands when the browser is idle. The page is readable and its
// forms work before, and without, this.
const script = document.querySelector('script[data-client]');
let client;

async function hydrateIsland(element) {
  const start = client[element.dataset.component];
  if (start) await start(element);
}

// What a device keeps of a door goes at its time, and the lists when nobody is logged in.
function forgetDoor() {
  const until = localStorage.getItem('door');
  const isOut = document.body.matches('.is-visitor');
  if (until && (isOut || until < Date.now())) import(script.dataset.door).then((door) => door.forgetOld(isOut)).catch(() => {});
}

// Islands inside islands are hydrated after the one around them.
async function hydrateIn(root) {
  // Photos are made smaller before they are sent.
  const photos = root.querySelector('input[data-smaller]');
  if (photos) import(photos.dataset.smaller).catch(() => {});
  const door = root.querySelector('[data-script]');
  if (door) import(door.dataset.script).then((script) => script.start(door)).catch(() => {});
  try { forgetDoor(); } catch { /* A browser that keeps nothing. */ }
  for (const element of root.querySelectorAll('leptos-island')) await hydrateIsland(element);
}

const address = () => location.pathname + location.search;
// The address whose content stands here.
let shown = address();

// Called when new content was put in, after its address was put into the history.
globalThis.dogearHydrate = (root) => {
  shown = address();
  return hydrateIn(root);
};
globalThis.__hydrateIsland = (element) => hydrateIsland(element);

async function boot() {
  if (!script || !document.querySelector('leptos-island')) return;
  client = await import(script.dataset.client);
  await client.default({ module_or_path: script.dataset.wasm });
  client.start();
  await hydrateIn(document.body);
  document.documentElement.dataset.ready = '';
}

// A page put into the history in place is fetched again when one goes back to it. A jump within
// the page, as from a problem to its field, is no reason: what was typed would be lost.
addEventListener('popstate', () => {
  if (address() !== shown) location.reload();
});

if ('requestIdleCallback' in globalThis) requestIdleCallback(boot);
else setTimeout(boot, 1);
