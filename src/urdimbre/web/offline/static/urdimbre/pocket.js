// The page "Without a connection": promises are made, shown, read and signed on this
// device. It signs only what it can show whole. What it decides, the server decides again.
"use strict";
(() => {
  const one = (what, within = document) => within.querySelector(what);
  const all = (what, within = document) => within.querySelectorAll(what);
  const seconds = () => Math.floor(Date.now() / 1000);
  const language = document.documentElement.lang;
  let book = null, key = "", drafted = null, watching = null, answers = false;

  class Wrong extends Error {} // its message is the name of a sentence of the page
  const say = name => all("[data-say]").forEach(it => { it.hidden = it.dataset.say !== name; });
  const heard = doing => doing.catch(failed => say(failed instanceof Wrong ? failed.message : "broken"));

  function go(view) {
    watching?.getTracks().forEach(it => it.stop());
    watching = null;
    one("video").hidden = true;
    all("[data-view]").forEach(it => { it.hidden = it.dataset.view !== view; });
    one("[data-off]").hidden = answers || !["none", "start"].includes(view);
    say("");
    window.scrollTo(0, 0);
  }

  // ------------------------------------------------------------------------ amounts
  function amount(typed, steps) {
    const time = steps === 3600 && /^(\d{1,6}):([0-5]\d)$/.exec(typed.trim());
    if (time) return Number(time[1]) * 3600 + Number(time[2]) * 60;
    const read = /^(\d{1,9})(?:[.,](\d{1,6}))?$/.exec(typed.trim());
    if (read?.[2]?.length === 3) throw new Wrong("two"); // 1.234
    const part = read?.[2] ? Number(read[2]) * steps / 10 ** read[2].length : 0;
    const minor = read ? Number(read[1]) * steps + part : 0;
    const whole = steps === 3600 ? minor % 60 === 0 : Number.isInteger(minor);
    if (!minor || !whole) throw new Wrong("amount");
    return minor;
  }

  function shown(minor, steps, unit) {
    if (steps === 3600) {
      const minutes = String(Math.floor(minor / 60) % 60).padStart(2, "0");
      return `${Math.floor(minor / 3600)}:${minutes}\u00a0${unit}`;
    }
    const digits = Math.log10(steps);
    const most = {minimumFractionDigits: steps === 100 ? 2 : 0, maximumFractionDigits: digits};
    return `${new Intl.NumberFormat(language, most).format(minor / steps)}\u00a0${unit}`;
  }

  const unitOf = code => one(`#unit option[value="${CSS.escape(code)}"]`);
  const signOf = code => book.signs.find(it => it.code === code);
  const person = id => book.people.find(it => it.id === id);

  // ------------------------------------------------------- acts, and what they say
  // The one act that these facts make; what is not made like this is not signed here.
  function actOf(facts, head) {
    const me = {member: book.me.id}, other = {member: facts.other};
    const [giver, taker] = facts.direction === "give" ? [me, other] : [other, me];
    const measure = "weighed" in unitOf(facts.unit).dataset ? "weighed" : "counted";
    const moves = [{type: "goods", giver, taker, category: facts.category, measure,
      quantity: facts.quantity, title: "transfer", unit: facts.unit, use: "consumption"}];
    if (facts.signs) moves.push({type: "signs", giver: taker, taker: giver,
      quantity: facts.signs, unit: facts.sign, on_limit: facts.onLimit});
    return Slips.canonical({agreement: head.agreement, by: head.by, id: head.id,
      body: {day: head.day, deals: [{mode: facts.signs ? "barter" : "gift", moves}]},
      kind: "exchange", private: head.openings.map(it => it.commitment), refs: [], v: 1,
      valid_until: head.until});
  }

  function factsOf(slip) {
    const told = JSON.parse(slip.act), moves = told.body.deals[0].moves, [goods, pay] = moves;
    const sides = [goods.giver.member, goods.taker.member];
    if (!sides.includes(book.me.id)) throw new Wrong("others");
    const direction = sides[0] === book.me.id ? "give" : "receive";
    const words = slip.openings[0] && JSON.parse(new TextDecoder().decode(slip.openings[0].payload));
    const facts = {direction, other: sides[direction === "give" ? 1 : 0], category: goods.category,
      quantity: goods.quantity, unit: goods.unit, text: words ? words["0.0"] : "",
      signs: pay ? pay.quantity : 0, sign: pay?.unit || "", onLimit: pay?.on_limit || "refuse"};
    const head = {agreement: told.agreement, by: told.by, id: told.id, day: told.body.day,
      openings: slip.openings, until: told.valid_until};
    const known = unitOf(facts.unit) && (!pay || signOf(facts.sign));
    const plain = slip.openings.length < 2 && (!words || Object.keys(words).join() === "0.0");
    if (!known || !plain || typeof facts.text !== "string" || actOf(facts, head) !== slip.act) {
      throw new Wrong("unknown");
    }
    if (head.until < seconds()) throw new Wrong("expired");
    return {facts, until: head.until, id: head.id};
  }

  function fill(place, facts, until) {
    const told = one("[data-facts]").content.cloneNode(true), pays = facts.direction === "receive";
    const unit = unitOf(facts.unit), sign = facts.signs && signOf(facts.sign);
    const kind = one(`#category option[value="${CSS.escape(facts.category)}"]`);
    const flags = [facts.direction, ...(sign ? ["signs", pays ? "pay" : "earn"] : []),
      ...(sign && facts.onLimit === "owe" ? ["owe"] : [])];
    all("[data-if]", told).forEach(it => { if (!flags.includes(it.dataset.if)) it.remove(); });
    const values = {
      other: person(facts.other)?.name || facts.other.slice(0, 8),
      goods: [shown(facts.quantity, Number(unit.dataset.steps), unit.textContent),
        facts.text, kind ? kind.textContent : facts.category].filter(Boolean).join(" · "),
      signs: sign ? shown(facts.signs, sign.steps, sign.name) : "",
      until: new Date(until * 1000).toLocaleString(language, {dateStyle: "medium", timeStyle: "short"}),
    };
    all("[data-fill]", told).forEach(it => { it.textContent = values[it.dataset.fill]; });
    place.replaceChildren(told);
  }

  // What the circuit has agreed for promises without a connection; `but`: this one apart.
  async function allowed(facts, but) {
    if (!facts.signs) return;
    if (facts.signs > book.offline_max) throw new Wrong("most");
    if (facts.direction === "give") return;
    const held = (await Outbox.mine()).filter(it => it.id !== but && it.facts.sign === facts.sign
      && it.facts.direction === "receive" && ["promise", "waiting"].includes(it.state));
    const sum = held.reduce((so, it) => so + it.facts.signs, facts.signs);
    if (sum > book.offline_max) throw new Wrong("most");
    const {balance, low} = signOf(facts.sign), beyond = low - (balance - sum);
    if (facts.onLimit === "refuse" && beyond > 0) throw new Wrong("limit");
    if (beyond > book.owe_max) throw new Wrong("owing");
  }

  // ------------------------------------------------------------------ make, sign, show
  async function propose(form) {
    const typed = Object.fromEntries(new FormData(form)), text = typed.what.trim();
    if (!typed.with || !text || !typed.category || !typed.quantity.trim()) throw new Wrong("empty");
    const facts = {direction: typed.direction, other: typed.with, category: typed.category,
      quantity: amount(typed.quantity, Number(unitOf(typed.unit).dataset.steps)),
      unit: typed.unit, text, sign: typed.sign, onLimit: typed.on_limit,
      signs: typed.signs.trim() ? amount(typed.signs, signOf(typed.sign).steps) : 0};
    const opening = {salt: crypto.getRandomValues(new Uint8Array(16)), field: "goods",
      payload: Slips.utf8(JSON.stringify({"0.0": text}))};
    opening.commitment = await Slips.commitment(opening);
    const until = seconds() + book.draft_days * 86400;
    const act = actOf(facts, {agreement: book.agreement, by: book.me.id, openings: [opening],
      id: Slips.hex(crypto.getRandomValues(new Uint8Array(16))), until,
      day: Math.floor((seconds() - new Date().getTimezoneOffset() * 60) / 86400)});
    const unsigned = {member: book.me.id, key: book.keys[key], signature: "00".repeat(64)};
    const size = Slips.write({act, openings: [opening], signatures: [unsigned]}, book.genesis).length;
    if (size > book.picture_bytes_max) throw new Wrong("long");
    await allowed(facts);
    look({act, openings: [opening], signatures: []}, facts, until);
  }

  function look(slip, facts, until) {
    drafted = {slip, facts, until, id: JSON.parse(slip.act).id};
    go("look");
    fill(one("[data-view=look] [data-told]"), facts, until);
    one("[data-sign]").hidden = false;
  }

  async function sign() {
    const {slip, facts, until, id} = drafted;
    await allowed(facts, id);
    const message = Slips.input(book.genesis, book.me.id, slip.act);
    const signature = {member: book.me.id, key: book.keys[key],
      signature: await urdimbreKeys.sign(key, message)};
    const whole = {...slip, signatures: [...slip.signatures, signature]};
    await keep({id, facts, until, answers: slip.signatures.length > 0}, whole);
    await show(slip.signatures.length > 0, whole);
  }

  async function keep(item, slip) {
    const data = Slips.write(slip, book.genesis);
    await Outbox.keep({made: seconds(), known: book.known, owner: book.me.id, ...item,
      slip: btoa(String.fromCharCode(...data)), state: "promise"});
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.sync?.register("urdimbre-outbox").catch(() => {});
    document.dispatchEvent(new Event("outbox"));
    if (navigator.onLine) window.dispatchEvent(new Event("online")); // try at once
  }

  async function show(answers, whole) {
    const told = !answers ? whole : {answers: await Slips.actHash(book.genesis, whole.act),
      signatures: whole.signatures.filter(it => it.member === book.me.id)};
    const text = Slips.text(Slips.write(told, book.genesis));
    go("show");
    Qr.draw(one("canvas"), text);
    one("[data-text]").value = text;
    one("[data-awaits]").hidden = whole.signatures.length > 1;
  }

  // ----------------------------------------------------------------------- read
  async function verify(signature, act) {
    const known = person(signature.member)?.keys.includes(signature.key);
    if (!known) throw new Wrong("signature");
    const public_ = await crypto.subtle.importKey(
      "raw", Slips.bytes(signature.key), {name: "Ed25519"}, false, ["verify"]);
    const message = Slips.input(book.genesis, signature.member, act);
    if (!await crypto.subtle.verify(
      "Ed25519", public_, Slips.bytes(signature.signature), message)) throw new Wrong("signature");
  }

  const unpacked = item =>
    Slips.read(Uint8Array.from(atob(item.slip), it => it.charCodeAt(0)), book.genesis);

  async function answered(answer) {
    for (const item of await Outbox.mine()) {
      const slip = await unpacked(item);
      if (await Slips.actHash(book.genesis, slip.act) !== answer.answers) continue;
      const fresh = answer.signatures.filter(
        it => !slip.signatures.some(each => each.member === it.member));
      for (const it of fresh) await verify(it, slip.act);
      await keep(item, {...slip, signatures: [...slip.signatures, ...fresh]});
      return say("both");
    }
    throw new Wrong("others");
  }

  async function take(text) {
    const link = text.startsWith(`${location.origin}/drafts/`);
    if (link) return location.assign(text);
    let slip;
    try {
      slip = await Slips.read(Slips.untext(text), book.genesis);
    } catch (failed) {
      throw new Wrong(failed instanceof Slips.OtherCircuit ? "circuit" : "broken");
    }
    if (slip.answers) return answered(slip);
    let told;
    try {
      told = factsOf(slip);
    } catch (failed) {
      throw failed instanceof Wrong ? failed : new Wrong("unknown");
    }
    const theirs = slip.signatures.filter(it => it.member === told.facts.other);
    if (!theirs.length || theirs.length < slip.signatures.length) throw new Wrong("signature");
    for (const it of theirs) await verify(it, slip.act);
    look(slip, told.facts, told.until);
    one("[data-sign]").hidden = true;
    await allowed(told.facts, told.id);
    one("[data-sign]").hidden = false;
  }

  const detector = () => "BarcodeDetector" in window
    ? new BarcodeDetector({formats: ["qr_code"]}) : null;

  async function photo(file) {
    const [found] = await detector()?.detect(await createImageBitmap(file)) || [];
    if (found) return take(found.rawValue);
    const body = new FormData();
    body.append("photo", file);
    const answer = await fetch("/scan", {method: "POST", body, redirect: "manual",
      headers: {"X-CSRFToken": book.token, Accept: "application/json"}}).catch(() => null);
    if (!answer) throw new Wrong("reader");
    if (!answer.ok) throw new Wrong("broken");
    return take((await answer.json()).text);
  }

  async function camera() {
    const video = one("video"), reader = detector();
    watching = await navigator.mediaDevices.getUserMedia({video: {facingMode: "environment"}});
    video.srcObject = watching;
    video.hidden = false;
    await video.play();
    while (watching) {
      const [found] = await reader.detect(video);
      if (found) { go("scan"); return take(found.rawValue); }
      await new Promise(done => requestAnimationFrame(done));
    }
  }

  // ----------------------------------------------------------------------- the list
  async function line(item) {
    const told = one("[data-line]").content.cloneNode(true), li = one("li", told);
    fill(one("[data-told]", told), item.facts, item.until);
    all("[data-state]", told).forEach(it => { it.hidden = it.dataset.state !== item.state; });
    one("[data-refused]", told).hidden = item.state !== "refused";
    one("[data-refused] [data-fill=sentence]", told).textContent = item.sentence || "";
    one("[data-refused] [data-fill=hint]", told).textContent = item.hint || "";
    const link = one("[data-link]", told), whole = await unpacked(item);
    link.hidden = !item.link;
    if (item.link) link.href = item.link;
    const again = one("[data-again]", told), drop = one("[data-drop]", told);
    again.hidden = item.state === "recorded" || (whole.signatures.length > 1 && !item.answers);
    again.addEventListener("click", () => heard(show(item.answers, whole)));
    drop.addEventListener("click", async () => {
      if (drop.textContent === drop.dataset.sure) { await Outbox.drop(item.id); await list(); }
      drop.textContent = drop.dataset.sure;
    });
    return li;
  }

  async function list() {
    const items = book ? await Outbox.mine() : [], lines = [];
    for (const item of items) lines.push(await line(item));
    one("[data-list]").hidden = !lines.length;
    one("[data-list] ul").replaceChildren(...lines);
  }

  // -------------------------------------------------------------------------- ready
  function choices() {
    one("#with").replaceChildren(new Option("", ""), ...book.people.map(it => new Option(it.name, it.id)));
    one("#sign").replaceChildren(...book.signs.map(it => new Option(it.name, it.code)));
    one("[data-camera]").hidden = !detector() || !navigator.mediaDevices;
  }

  async function ready() {
    const fresh = await Outbox.fetched();
    book = fresh || await Outbox.book();
    answers = Boolean(fresh);
    key = "";
    for (const id of book ? Object.keys(book.keys) : []) {
      if (await urdimbreKeys.kept(id).catch(() => null)) key = id;
    }
    if (book) { Slips.know(book.slips); choices(); }
    go(key ? "start" : "none");
    if (!key) say("unprepared");
    await list();
  }

  document.addEventListener("DOMContentLoaded", () => {
    all("[data-go]").forEach(it => it.addEventListener("click", () => go(it.dataset.go)));
    one("[data-new]").addEventListener("submit", event => {
      event.preventDefault();
      heard(propose(event.target));
    });
    one("[data-sign]").addEventListener("click", () => heard(sign()));
    one("[data-paste]").addEventListener("submit", event => {
      event.preventDefault();
      say("");
      heard(take(one("#pasted").value));
    });
    one("[data-photo]").addEventListener("change", event => {
      const [file] = event.target.files;
      event.target.value = "";
      say("");
      if (file) heard(photo(file));
    });
    one("[data-camera] button").addEventListener("click", () => heard(camera()));
    document.addEventListener("outbox", () => list().catch(() => {}));
    ready().catch(() => go("none"));
  });
})();
