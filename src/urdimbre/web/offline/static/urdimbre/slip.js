// Slips: a signed act in few bytes, one to one. The same as core/chain/slip.py;
// both are held against the same vectors. Source: docs/adr/0017.
"use strict";
const Slips = (() => {
  const hex = bytes => Array.from(bytes, one => one.toString(16).padStart(2, "0")).join("");
  const bytes = text => Uint8Array.from(text.match(/../g) || [], one => parseInt(one, 16));
  const utf8 = text => new TextEncoder().encode(text);
  const joined = parts => Uint8Array.from(parts.flatMap(one => [...one]));
  const sha256 = async (...parts) =>
    hex(new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts))));
  const HEX = /^([0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{64})$/;
  const TAG = 6, TEXT = "URD1:", BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  let table = {keys: [], words: [], shapes: []};

  class Broken extends Error {}
  class OtherCircuit extends Error {}

  const canonical = one => Array.isArray(one) ? `[${one.map(canonical).join()}]`
    : typeof one !== "object" ? JSON.stringify(one)
    : `{${Object.keys(one).sort().map(key => `${JSON.stringify(key)}:${canonical(one[key])}`)}}`;

  const commitment = ({salt, field, payload}) =>
    sha256(utf8("urdimbre/private/v1\0"), salt, [field.length], utf8(field), payload);
  const actHash = (genesis, act) =>
    sha256(utf8("urdimbre/acthash/v1\0"), bytes(genesis), utf8(act));
  const keyId = async key => (await sha256([1], bytes(key))).slice(0, 16);
  const input = (genesis, member, act) => joined(
    [utf8("urdimbre/act/v1\0"), bytes(genesis), bytes(member), new Uint8Array(16), utf8(act)]);

  function head(major, number) {
    const size = [0, 1, 2, 4, 8].find(one =>
      one ? number < 256 ** one : number < 24);
    const first = size ? 24 + Math.log2(size) : number, out = [major << 5 | first];
    for (let at = size - 1; at >= 0; at--) out.push(Math.floor(number / 256 ** at) % 256);
    return out;
  }
  const blob = one => [...head(2, one.length), ...one];

  function writer(openings) {
    const seen = new Map();
    function text(one) {
      const word = table.words.indexOf(one), opening = openings.get(one);
      if (word >= 0) return head(7, word < 20 ? word : word + 12);
      if (opening) {
        const {salt, field, payload} = opening;
        return [...head(6, TAG + table.shapes.length), 0x83,
          ...blob(salt), ...text(field), ...blob(payload)];
      }
      if (!HEX.test(one)) return [...head(3, one.length), ...utf8(one)];
      if (seen.has(one)) return [0x41, seen.get(one)];
      if (seen.size < 256) seen.set(one, seen.size);
      return blob(bytes(one));
    }
    function value(one) {
      if (typeof one === "string") return text(one);
      if (typeof one === "boolean") return [one ? 0xf5 : 0xf4];
      if (typeof one === "number") return one < 0 ? head(1, -1 - one) : head(0, one);
      if (Array.isArray(one)) return [...head(4, one.length), ...one.flatMap(value)];
      const names = Object.keys(one).sort(), all = names.map(name => value(one[name]));
      const shape = table.shapes.findIndex(each => each.join() === names.join());
      if (shape >= 0) {
        const list = names.length > 1 ? head(4, names.length) : [];
        return [...head(6, TAG + shape), ...list, ...all.flat()];
      }
      return [...head(5, names.length), ...names.flatMap((name, at) => {
        const key = table.keys.indexOf(name);
        const told = key < 0 ? [...head(3, name.length), ...utf8(name)] : head(0, key);
        return [...told, ...all[at]];
      })];
    }
    return {text, value};
  }

  function write(slip, genesis) {
    const openings = new Map((slip.openings || []).map(one => [one.commitment, one]));
    const {text, value} = writer(openings), signed = slip.signatures;
    return Uint8Array.from([...head(4, 3 + 3 * signed.length),
      slip.answers ? 2 : 1, ...blob(bytes(genesis).slice(0, 4)),
      ...(slip.answers ? blob(bytes(slip.answers)) : value(JSON.parse(slip.act))),
      ...signed.flatMap(one => [
        ...text(one.member), ...blob(bytes(one.key)), ...blob(bytes(one.signature))])]);
  }

  // CBOR: Uint8Array, string, number, boolean, list, Map, {tag, value}, {simple}.
  function parsed(data) {
    let at = 0;
    const need = count => { if (at + count > data.length) throw new Broken(); };
    function one(depth) {
      need(1);
      const major = data[at] >> 5, first = data[at++] & 31;
      if (first > 27 || !depth) throw new Broken();
      let number = first;
      if (first > 23) {
        const size = 2 ** (first - 24);
        need(size);
        number = data.slice(at, at += size).reduce((sum, each) => sum * 256 + each, 0);
      }
      if (major === 0) return number;
      if (major === 1) return -1 - number;
      if (major === 7) return number === 20 || number === 21 ? number === 21 : {simple: number};
      if (major === 6) return {tag: number, value: one(depth - 1)};
      if (major < 4) {
        need(number);
        const found = data.slice(at, at += number);
        return major === 2 ? found : new TextDecoder("utf-8", {fatal: true}).decode(found);
      }
      need(number);
      const list = [];
      for (let n = 0; n < (major === 5 ? 2 * number : number); n++) list.push(one(depth - 1));
      return major === 4 ? list
        : new Map(Array.from({length: number}, (_, n) => [list[2 * n], list[2 * n + 1]]));
    }
    const found = one(16);
    if (at !== data.length) throw new Broken();
    return found;
  }

  function reader() {
    const seen = [], openings = [];
    function id(one) {
      if (one.length === 1 && one[0] < seen.length) return seen[one[0]];
      if (seen.length < 256) seen.push(hex(one));
      return hex(one);
    }
    async function tagged({tag, value: inner}) {
      if (tag === TAG + table.shapes.length) {
        const [salt, field, payload] = inner, opening = {salt, field: await value(field), payload};
        opening.commitment = await commitment(opening);
        openings.push(opening);
        return opening.commitment;
      }
      const shape = table.shapes[tag - TAG], found = {};
      const parts = shape.length > 1 ? inner : [inner];
      if (parts.length !== shape.length) throw new Broken();
      for (const [n, name] of shape.entries()) found[name] = await value(parts[n]);
      return found;
    }
    async function value(one) {
      if (typeof one !== "object") return one;
      if (one instanceof Uint8Array) return id(one);
      if ("simple" in one) return table.words[one.simple < 20 ? one.simple : one.simple - 12];
      if ("tag" in one) return tagged(one);
      const found = Array.isArray(one) ? [] : {};
      if (Array.isArray(one)) for (const each of one) found.push(await value(each));
      else for (const [key, each] of one) {
        found[typeof key === "number" ? table.keys[key] : key] = await value(each);
      }
      return found;
    }
    return {id, value, openings};
  }

  async function read(data, genesis) {
    let found;
    try {
      const [sort, mark, told, ...signed] = parsed(data), reading = reader();
      if (hex(mark) !== genesis.slice(0, 8)) throw new OtherCircuit();
      found = sort === 2 ? {answers: hex(told)} : {act: canonical(await reading.value(told))};
      if (sort !== 2) found.openings = reading.openings;
      found.signatures = [];
      for (let n = 0; n < signed.length; n += 3) found.signatures.push({
        member: reading.id(signed[n]), key: hex(signed[n + 1]), signature: hex(signed[n + 2])});
      if (hex(write(found, genesis)) !== hex(data)) throw new Broken();
    } catch (failed) {
      throw failed instanceof OtherCircuit ? failed : new Broken();
    }
    return found;
  }

  function text(data) {
    let out = TEXT;
    for (let at = 0; at < data.length; at += 2) {
      const two = at + 1 < data.length;
      let number = two ? data[at] * 256 + data[at + 1] : data[at];
      for (let n = two ? 3 : 2; n; n--) { out += BASE45[number % 45]; number = Math.floor(number / 45); }
    }
    return out;
  }

  function untext(told) {
    const trimmed = told.replace(/^\s+|[\r\n]+/g, ""), out = [];
    if (!trimmed.startsWith(TEXT)) throw new Broken();
    const digits = [...trimmed.slice(TEXT.length)].map(one => BASE45.indexOf(one));
    for (let at = 0; at < digits.length; at += 3) {
      const part = digits.slice(at, at + 3);
      const number = part.reduceRight((sum, one) => sum * 45 + one, 0);
      const most = part.length === 3 ? 65535 : 255;
      if (part.length === 1 || part.includes(-1) || number > most) throw new Broken();
      if (part.length === 3) out.push(number >> 8);
      out.push(number & 255);
    }
    return Uint8Array.from(out);
  }

  return {Broken, OtherCircuit, actHash, bytes, canonical, commitment, hex, input, keyId,
    read, text, untext, utf8, write, know: words => { table = words; }};
})();
