// Loads the islands when the browser is idle. The page is readable and its
// forms work before, and without, this.
const script = document.querySelector('script[data-client]');
let client;

async function hydrateIsland(element) {
  const start = client[element.dataset.component];
  if (start) await start(element);
}

// Islands inside islands are hydrated after the one around them.
async function hydrateIn(root) {
  for (const element of root.querySelectorAll('leptos-island')) await hydrateIsland(element);
}

globalThis.dogearHydrate = hydrateIn;
globalThis.__hydrateIsland = (element) => hydrateIsland(element);

async function boot() {
  if (!script || !document.querySelector('leptos-island')) return;
  client = await import(script.dataset.client);
  await client.default({ module_or_path: script.dataset.wasm });
  client.start();
  await hydrateIn(document.body);
  document.documentElement.dataset.ready = '';
}

// A page put into the history in place is fetched again when one goes back to it.
addEventListener('popstate', () => location.reload());

if ('requestIdleCallback' in globalThis) requestIdleCallback(boot);
else setTimeout(boot, 1);
