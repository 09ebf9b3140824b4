// Promises that lie on this device until the circuit has them: kept, sent, never lost.
// For pages and for the worker. What it sends is a slip; the server says what became of it.
"use strict";
const Outbox = (() => {
  const asked = request => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

  async function store(name, mode, use) {
    const opening = indexedDB.open("urdimbre-offline", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("slips", {keyPath: "id"});
      opening.result.createObjectStore("book");
    };
    const opened = await asked(opening);
    try {
      const going = opened.transaction(name, mode), found = await asked(use(going.objectStore(name)));
      if (mode === "readwrite") await new Promise((done, failed) => {
        going.oncomplete = done;
        going.onabort = () => failed(going.error);
      });
      return found;
    } finally {
      opened.close();
    }
  }

  const book = () => store("book", "readonly", all => all.get("book"));
  const forget = () => store("book", "readwrite", all => all.delete("book"));
  const keep = one => store("slips", "readwrite", all => all.put(one));
  const drop = id => store("slips", "readwrite", all => all.delete(id));

  // Hers only: on a shared device others have theirs.
  async function mine() {
    const held = await book();
    if (!held) return [];
    const all = await store("slips", "readonly", slips => slips.getAll());
    return all.filter(one => one.owner === held.me.id).sort((one, other) => one.made - other.made);
  }

  const any = async () => (await store("slips", "readonly", all => all.count())) > 0;

  async function fetched() {
    const answer = await fetch("/offline/book", {redirect: "manual"}).catch(() => null);
    if (!answer?.ok) return null;
    const told = await answer.json();
    await store("book", "readwrite", all => all.put(told, "book"));
    return told;
  }

  async function sendOne(one, token) {
    const body = new URLSearchParams({slip: one.slip, known: one.known, made: one.made});
    const answer = await fetch("/offline/outbox", {
      method: "POST", body, redirect: "manual", headers: {"X-CSRFToken": token}});
    if (answer.ok || answer.status === 422) {
      const told = await answer.json();
      // Signed anew while this was on its way? Then what is kept now goes with the next.
      const now = (await mine()).find(each => each.id === one.id);
      if (now?.slip === one.slip) await keep({...now, sentence: "", hint: "", ...told});
    }
  }

  // Returns whether the circuit has answered. What it refused goes again only on demand.
  const send = (states = ["promise"]) => navigator.locks.request("urdimbre-outbox", async () => {
    const fresh = await fetched();
    if (!fresh) return false;
    for (const one of await mine()) {
      if (states.includes(one.state)) {
        try { await sendOne(one, fresh.token); } catch { return false; }
      }
    }
    await fetched();
    return true;
  });

  async function pending() {
    return (await mine()).filter(one => one.state === "promise" || one.state === "refused");
  }

  return {any, book, drop, fetched, forget, keep, mine, pending, send};
})();
