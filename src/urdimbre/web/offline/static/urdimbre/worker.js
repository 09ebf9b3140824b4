// Keeps the shell and one page; pages about people are never kept. Sends the outbox when
// the connection is back, page or no page.
const name = `urdimbre-${VERSION}`;
self.addEventListener("install", event => {
  event.waitUntil(caches.open(name).then(cache => cache.addAll(KEPT)));
  self.skipWaiting();
});
self.addEventListener("activate", event => {
  event.waitUntil(caches.keys().then(all => Promise.all(
    all.filter(one => one !== name).map(one => caches.delete(one)))));
});
self.addEventListener("sync", event => {
  if (event.tag === "urdimbre-outbox") event.waitUntil(Outbox.send(["promise", "waiting"]).then(heard => {
    if (!heard) throw new Error("not heard"); // the browser tries again
  }));
});
self.addEventListener("fetch", event => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(KEPT[0])));
  } else if (KEPT.includes(new URL(request.url).pathname + new URL(request.url).search)) {
    event.respondWith(caches.match(request).then(kept => kept || fetch(request)));
  }
});
// News: one quiet line, the latest only; what it is about stands on the pages.
self.addEventListener("push", event => {
  const text = event.data?.json().text || "Urdimbre";
  event.waitUntil(self.registration.showNotification(text, { silent: true, tag: "news" }));
});
self.addEventListener("notificationclick", event => {
  event.notification.close();
  event.waitUntil(clients.openWindow("/"));
});
