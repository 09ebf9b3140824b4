// Keys that never leave this browser: made, kept, and used on the very bytes of an act.
// The private half is not extractable; IndexedDB keeps it, no script can read it.
"use strict";
(() => {
  const hex = bytes => [...new Uint8Array(bytes)]
    .map(one => one.toString(16).padStart(2, "0")).join("");
  const bytes = text => Uint8Array.from(text.match(/../g) || [], one => parseInt(one, 16));
  const ascii = text => new TextEncoder().encode(text);
  const ALGORITHM = {name: "Ed25519"};

  const asked = request => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

  async function store(mode, use) {
    const opening = indexedDB.open("urdimbre", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    const opened = await asked(opening);
    try {
      const going = opened.transaction("keys", mode);
      const found = await asked(use(going.objectStore("keys")));
      if (mode === "readwrite") {
        await new Promise((done, failed) => {
          going.oncomplete = done;
          going.onabort = () => failed(going.error);
        });
      }
      return found;
    } finally {
      opened.close();
    }
  }

  const kept = async id => (await store("readonly", keys => keys.get(id))) || null;

  async function able() {
    try {
      const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
      await store("readonly", keys => keys.count());
      return Boolean(pair.privateKey);
    } catch {
      return false;
    }
  }

  async function make() {
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    const key = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const named = await crypto.subtle.digest("SHA-256", Uint8Array.of(1, ...key));
    const id = hex(named.slice(0, 8));
    await store("readwrite", keys => keys.put(pair.privateKey, id));
    if (navigator.storage?.persist) await navigator.storage.persist();
    return hex(key);
  }

  // Signature input, docs/adr/0001 section 4.
  async function signed(form, id, mandate) {
    const parts = [ascii("urdimbre/act/v1\0"), bytes(form.dataset.genesis),
      bytes(form.dataset.member), bytes(mandate), ascii(form.dataset.act)];
    const message = new Uint8Array(await new Blob(parts).arrayBuffer());
    return `${id}:${hex(await crypto.subtle.sign(ALGORITHM, await kept(id), message))}`;
  }

  const held = async ids => {
    const found = [];
    for (const id of ids.split(" ").filter(Boolean)) if (await kept(id)) found.push(id);
    return found;
  };

  const show = (form, what, on) =>
    form.querySelectorAll(what).forEach(one => { one.hidden = !on; });

  function send(form, fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements[name]?.type === "hidden" ? form.elements[name]
        : Object.assign(document.createElement("input"), {type: "hidden", name});
      field.value = value;
      form.append(field);
    }
    form.submit();
  }

  async function readySigning(form) {
    const {own, mandate} = form.dataset, fresh = form.dataset.new;
    const mine = await held(own), made = await held(fresh);
    show(form, "[value=device]", mine.length || (made.length && !own));
    show(form, "[data-elsewhere]", !mine.length && !made.length);
    show(form, "[data-lost]", fresh && !made.length);
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const by = event.submitter?.value || "server", all = [];
      for (const id of made) all.push(await signed(form, id, "00".repeat(16)));
      if (by === "device") for (const id of mine) all.push(await signed(form, id, mandate));
      send(form, {signatures: all.join(" "), with: by});
    });
  }

  function readyMaking(form) {
    show(form, "button", true);
    form.addEventListener("submit", async event => {
      event.preventDefault();
      send(form, {public: await make()});
    });
  }

  // For promises that are signed without a connection (pocket.js).
  window.urdimbreKeys = {able, kept, sign: async (id, message) =>
    hex(await crypto.subtle.sign(ALGORITHM, await kept(id), message))};

  document.addEventListener("DOMContentLoaded", async () => {
    const can = await able();
    document.querySelectorAll("[data-unable]").forEach(one => { one.hidden = can; });
    if (can) {
      document.querySelectorAll("form[data-make]").forEach(readyMaking);
      await Promise.all([...document.querySelectorAll("form[data-act]")].map(readySigning));
      for (const one of document.querySelectorAll("[data-here]")) {
        one.hidden = !(await kept(one.dataset.here));
      }
    }
    document.documentElement.dataset.keys = "looked"; // what is hidden now stays hidden
  });
})();
