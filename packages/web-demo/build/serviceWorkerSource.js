// Serves the page offline. Built files carry a hash in their names, the icon has a part in the version, and the text
// does not change, so what is kept is right for ever; the page itself is asked for anew when there is a network.
const prefix = "lanewise-";
const cacheName = `${prefix}__VERSION__`;
const files = __FILES__;
// Servers that answer with `Vary: Origin` would hide what `addAll` kept from the page's own requests: module
// scripts and styles are asked for with an Origin, `addAll` asks without. The files are the same either way.
const ignoreVary = true;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => {
        // Other pages of the same host have caches too.
        const outdated = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
        return Promise.all(outdated.map((name) => caches.delete(name)));
      })
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(request.mode === "navigate" ? newestFirst(request) : keptFirst(event));
});

async function newestFirst(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match("./", { ignoreVary });
    if (kept) return kept;
    throw error;
  }
}

async function keptFirst(event) {
  const { request } = event;
  const kept = await caches.match(request, { ignoreSearch: true, ignoreVary });
  // "reload": what came before was wrong, and the page asks anew.
  if (kept && request.cache !== "reload") return kept;
  const response = await fetch(request);
  // None of the files is HTML: some hosts answer with a page of theirs, as a success, for what they do not have.
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
  if (response.status === 200 && !isPage) event.waitUntil(keep(request, response.clone()));
  return response;
}

/** Where there is no room to keep it, the page goes on with what it fetched. */
async function keep(request, response) {
  try {
    const cache = await caches.open(cacheName);
    await cache.put(request, response);
  } catch {
    // fetched anew next time
  }
}
