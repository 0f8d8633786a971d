// Answers for the door of an event when the site does not: with the page and the files that door.js
// has kept. Everything else goes its usual way.
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const kept = /^\/host\/\d+\/door$|^\/pkg\//.test(pathname);
  if (request.method !== 'GET' || origin !== location.origin || !kept) return;
  const answer = fetch(request).catch(async () => {
    const found = await caches.match(pathname, { cacheName: 'door', ignoreVary: true });
    return found ?? Response.error();
  });
  event.respondWith(answer);
});
