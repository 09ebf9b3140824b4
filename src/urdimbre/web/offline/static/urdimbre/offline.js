// On every page: has the browser keep the shell, sends what waits on this device, and
// says how much that is. Without it everything works, with a connection.
"use strict";
(() => {
  navigator.serviceWorker?.register("/worker.js").catch(() => {});

  async function show() {
    const count = (await Outbox.pending()).length;
    for (const form of document.querySelectorAll("[data-pending]")) {
      form.hidden = !count;
      const told = count === 1 ? form.dataset.one : form.dataset.many;
      form.querySelector("button").textContent = told.replace("{n}", count);
    }
    document.dispatchEvent(new Event("outbox"));
  }

  // On a shared device: what another has taken along is no business of hers.
  async function settleIn() {
    const me = document.querySelector("[data-pending]")?.dataset.me, held = await Outbox.book();
    if (me && held && held.me.id !== me) await Outbox.forget();
    if (me && held?.me.id !== me && await Outbox.any()) await Outbox.fetched();
  }

  // The page of promises asks what became of those that wait; the others do not.
  async function send(...more) {
    const states = ["promise", ...(document.querySelector("[data-list]") ? ["waiting"] : []), ...more];
    if ((await Outbox.mine()).some(one => states.includes(one.state))) await Outbox.send(states);
    await show();
  }

  // The keys stay, and so does what was not sent; the list of people goes.
  async function leave(form) {
    const warning = document.querySelector("[data-unsent]");
    if (warning?.hidden && (await Outbox.pending()).length) {
      warning.hidden = false;
      warning.focus();
      return;
    }
    await Outbox.forget();
    form.submit();
  }

  document.addEventListener("submit", event => {
    const sends = event.target.matches("[data-pending]");
    if (!sends && !event.target.matches("[data-leaving]")) return;
    event.preventDefault();
    if (sends) send("waiting", "refused");
    else leave(event.target).catch(() => event.target.submit());
  });
  document.addEventListener("DOMContentLoaded", 
    () => settleIn().then(() => send()).catch(() => {}));
  window.addEventListener("online", () => send().catch(() => {}));
})();
