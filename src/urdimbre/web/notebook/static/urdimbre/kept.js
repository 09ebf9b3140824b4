// Keeps the last checkpoint that this device saw and demands that the notebook goes on
// from it (RFC 9162, section 2.1.4.2). What it has found wrong stays until dismissed.
(async () => {
  const box = document.getElementById("kept"), subtle = crypto.subtle;
  const KEPT = "urdimbre.kept", WRONG = "urdimbre.wrong";
  const load = (name) => JSON.parse(localStorage.getItem(name) || "null");
  const save = (name, value) => localStorage.setItem(name, JSON.stringify(value));
  const say = (why, ...seals) => {
    box.querySelector(`[data-say=${why}]`).hidden = false;
    const pre = box.querySelector("pre");
    pre.hidden = !seals.length;
    pre.textContent = seals.join("\n");
  };
  const get = (path) => fetch(box.dataset.log.replace("checkpoint", path), {
    cache: "no-store", credentials: "omit",
  });
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const same = (one, other) => String(one) == String(other);
  const node = async (left, right) =>
    new Uint8Array(await subtle.digest("SHA-256", Uint8Array.of(1, ...left, ...right)));
  const read = (note) => {
    const [origin, size, root] = note.split("\n");
    return { note, origin, size: BigInt(size), root: bytes(root) };
  };

  // undefined: this browser has no Ed25519.
  const signed = async (note) => {
    const [name, id, ...rest] = box.dataset.vkey.split("+");
    const typed = rest.join("+"); // base64 may hold one
    let key;
    try {
      const raw = bytes(typed).slice(1);
      key = await subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    } catch { return undefined; }
    const [text, lines] = note.split("\n\n");
    const body = new TextEncoder().encode(text + "\n");
    for (const line of lines.split("\n")) {
      const [, whose, value] = line.split(" ");
      if (whose != name) continue;
      const found = bytes(value);
      const hex = [...found.slice(0, 4)].map((one) => one.toString(16).padStart(2, 0));
      if (hex.join("") == id) return subtle.verify("Ed25519", key, found.slice(4), body);
    }
    return false;
  };

  const continues = async (old, now, path) => {
    if (old.size == now.size) return same(old.root, now.root);
    let at = old.size - 1n, last = now.size - 1n;
    if (!(old.size & at)) path.unshift(old.root);
    while (at & 1n) { at >>= 1n; last >>= 1n; }
    let [before, after] = [path[0], path[0]];
    for (const one of path.slice(1)) {
      if (!last) return false;
      if (at & 1n || at == last) {
        before = await node(one, before);
        after = await node(one, after);
        while (!(at & 1n) && at) { at >>= 1n; last >>= 1n; }
      } else after = await node(after, one);
      at >>= 1n;
      last >>= 1n;
    }
    return !last && same(before, old.root) && same(after, now.root);
  };

  const wrong = (why, old, now) => {
    save(WRONG, [why, old.note, now.note]);
    stay();
  };
  const stay = () => {
    say(...load(WRONG));
    const anew = box.querySelector("button");
    anew.hidden = false;
    anew.onclick = () => {
      localStorage.removeItem(WRONG);
      localStorage.removeItem(KEPT);
      location.reload();
    };
  };

  if (!subtle) return say("unable");
  if (load(WRONG)) return stay();
  const kept = load(KEPT); // before the fetch: another tab may move it on meanwhile
  let answer;
  try { answer = await get("checkpoint"); } catch { return say("offline"); }
  if (!answer.ok) return say("offline");
  const now = read(await answer.text()), vkey = box.dataset.vkey;
  if (await signed(now.note) === false) return say("unsigned", now.note);
  if (!kept) { save(KEPT, [now.note, vkey]); return say("first"); }
  const old = read(kept[0]);
  if (old.origin != now.origin) return wrong("other", old, now);
  if (old.size > now.size) return wrong("shrunk", old, now);
  let proof = "";
  if (old.size < now.size) {
    try { answer = await get(`consistency/${old.size}/${now.size}`); }
    catch { return say("offline"); }
    if (!answer.ok) return say("unproven", old.note, now.note);
    proof = await answer.text();
  }
  const path = proof.split("\n").filter(Boolean).map(bytes);
  if (!await continues(old, now, path)) return wrong("forked", old, now);
  save(KEPT, [now.note, vkey]);
  if (kept[1] != vkey) say("rekeyed");
  say(old.size == now.size ? "same" : "grown");
})();
