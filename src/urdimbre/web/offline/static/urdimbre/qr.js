// QR codes drawn on the device: alphanumeric, level M, versions 1 to 20 (ISO/IEC 18004).
// A library would do it; none that draws in a browser comes from PyPI, and no file of
// others is kept here. One mask for all: slips are as good as random.
"use strict";
const Qr = (() => {
  const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  // By version: codewords of correction in a block, and blocks (level M).
  const CORRECTION = [0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28,
    26, 26, 26], BLOCKS = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];
  const FORMAT = 0x5412; // level M, mask 0

  const aligned = version => version < 2 ? 0 : Math.floor(version / 7) + 2;
  function codewords(version) {
    const marks = aligned(version);
    let modules = (16 * version + 128) * version + 64;
    if (marks) modules -= (25 * marks - 10) * marks - 55;
    if (version > 6) modules -= 36;
    return modules >> 3;
  }
  const room = version => codewords(version) - CORRECTION[version] * BLOCKS[version];
  const counted = version => version < 10 ? 9 : 11;
  const needed = (text, version) =>
    4 + counted(version) + 11 * (text.length >> 1) + 6 * (text.length & 1);

  function bits(text, version) {
    const out = [], put = (value, length) => {
      for (let n = length - 1; n >= 0; n--) out.push(value >> n & 1);
    };
    put(2, 4);
    put(text.length, counted(version));
    const codes = [...text].map(one => LETTERS.indexOf(one));
    if (codes.includes(-1)) throw new RangeError("letters");
    for (let at = 0; at < codes.length; at += 2) {
      if (at + 1 < codes.length) put(codes[at] * 45 + codes[at + 1], 11);
      else put(codes[at], 6);
    }
    const most = 8 * room(version);
    put(0, Math.min(4, most - out.length));
    put(0, -out.length & 7);
    for (let pad = 0xec; out.length < most; pad ^= 0xec ^ 0x11) put(pad, 8);
    return out;
  }

  function times(one, other) {
    let sum = 0;
    for (let n = 7; n >= 0; n--) {
      sum = sum << 1 ^ (sum >> 7) * 0x11d;
      if (other >> n & 1) sum ^= one;
    }
    return sum;
  }
  function divisor(degree) {
    const found = [...Array(degree - 1).fill(0), 1];
    for (let n = 0, root = 1; n < degree; n++, root = times(root, 2)) {
      for (let at = 0; at < degree; at++) {
        found[at] = times(found[at], root) ^ (found[at + 1] || 0);
      }
    }
    return found;
  }
  function remainder(data, by) {
    const found = Array(by.length).fill(0);
    for (const one of data) {
      const factor = one ^ found.shift();
      found.push(0);
      by.forEach((each, at) => { found[at] ^= times(each, factor); });
    }
    return found;
  }

  function protectedBytes(data, version) {
    const blocks = BLOCKS[version], by = divisor(CORRECTION[version]);
    const all = codewords(version), short = Math.floor(all / blocks) - by.length;
    const longer = all % blocks, parts = [];
    for (let n = 0, at = 0; n < blocks; n++) {
      parts.push(data.slice(at, at += short + (n >= blocks - longer ? 1 : 0)));
    }
    const checks = parts.map(one => remainder(one, by)), out = [];
    for (let at = 0; at <= short; at++) parts.forEach(one => at < one.length && out.push(one[at]));
    for (let at = 0; at < by.length; at++) checks.forEach(one => out.push(one[at]));
    return out;
  }

  function frame(version) {
    const size = 17 + 4 * version, set = Array.from({length: size}, () => Array(size).fill(null));
    const put = (x, y, dark) => { if (set[y]?.[x] !== undefined) set[y][x] = Boolean(dark); };
    const ring = (x, y, reach, dark) => {
      for (let dy = -reach; dy <= reach; dy++) for (let dx = -reach; dx <= reach; dx++) {
        put(x + dx, y + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    };
    for (let n = 0; n < size; n++) { put(6, n, n % 2 === 0); put(n, 6, n % 2 === 0); }
    for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) {
      ring(x, y, 4, far => far !== 2 && far !== 4);
    }
    const marks = aligned(version), places = marks ? [6] : [];
    const step = marks && Math.ceil((version * 4 + 4) / (marks * 2 - 2)) * 2;
    for (let at = size - 7; places.length < marks; at -= step) places.splice(1, 0, at);
    for (const x of places) for (const y of places) {
      const corner = (x === 6 && (y === 6 || y === size - 7)) || (y === 6 && x === size - 7);
      if (!corner) ring(x, y, 2, far => far !== 1);
    }
    for (let n = 0; n < 15; n++) {
      const dark = FORMAT >> n & 1;
      if (n < 6) put(8, n, dark); else if (n < 8) put(8, n + 1, dark);
      else if (n === 8) put(7, 8, dark); else put(14 - n, 8, dark);
      if (n < 8) put(size - 1 - n, 8, dark); else put(8, size - 15 + n, dark);
    }
    put(8, size - 8, 1);
    if (version > 6) {
      let rest = version;
      for (let n = 0; n < 12; n++) rest = rest << 1 ^ (rest >> 11) * 0x1f25;
      for (let n = 0; n < 18; n++) {
        const dark = (version << 12 | rest) >> n & 1, a = size - 11 + n % 3, b = Math.floor(n / 3);
        put(a, b, dark); put(b, a, dark);
      }
    }
    return set;
  }

  function matrix(text) {
    let version = 1;
    while (needed(text, version) > 8 * room(version)) {
      if (++version === BLOCKS.length) throw new RangeError("too long");
    }
    const plain = bits(text, version), data = [];
    for (let at = 0; at < plain.length; at += 8) data.push(parseInt(plain.slice(at, at + 8).join(""), 2));
    const words = protectedBytes(data, version), set = frame(version), size = set.length;
    let at = 0;
    for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) {
      const down = right + 1 & 2;
      for (let n = 0; n < size; n++) for (const x of [right, right - 1]) {
        const y = down ? n : size - 1 - n;
        if (set[y][x] !== null) continue;
        const dark = at < 8 * words.length && words[at >> 3] >> 7 - (at & 7) & 1;
        set[y][x] = Boolean(dark) !== ((x + y) % 2 === 0);
        at++;
      }
    }
    return set;
  }

  function draw(canvas, text) {
    const rows = matrix(text), size = rows.length + 8, step = Math.max(2, Math.floor(320 / size));
    canvas.width = canvas.height = size * step;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#000";
    rows.forEach((row, y) => row.forEach((dark, x) =>
      dark && pen.fillRect((x + 4) * step, (y + 4) * step, step, step)));
  }
  return {draw, matrix};
})();
