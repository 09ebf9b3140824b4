// Reads the page aloud, piece by piece, where the browser has a voice.
"use strict";
(() => {
  const button = document.querySelector("[data-aloud]"), voice = window.speechSynthesis;
  if (!button || !voice) return;
  const pieces = "h1, h2, h3, p, li, dt, dd, th, td, label, legend, button";
  const said = () => [...document.querySelectorAll(`main :is(${pieces})`)]
    .filter(one => one.checkVisibility?.() ?? one.offsetParent)
    .filter(one => !one.parentElement.closest(`main :is(${pieces})`))
    .map(one => one.innerText.trim()).filter(Boolean);
  button.hidden = false;
  button.addEventListener("click", () => {
    const stop = voice.speaking;
    voice.cancel();
    button.setAttribute("aria-pressed", String(!stop));
    if (stop) return;
    // A voice tires of long texts: each piece is an utterance of its own.
    const all = said().map(text => Object.assign(
      new SpeechSynthesisUtterance(text), {lang: document.documentElement.lang}));
    if (all.length) all.at(-1).onend = () => button.setAttribute("aria-pressed", "false");
    all.forEach(one => voice.speak(one));
  });
  window.addEventListener("pagehide", () => voice.cancel());
})();
