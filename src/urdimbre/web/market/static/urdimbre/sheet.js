// Reads lines and sums of a sheet aloud, and nothing else of the page; where the browser
// has no voice, the button stays hidden.
"use strict";
(() => {
  const button = document.getElementById("read-sheet"), voice = window.speechSynthesis;
  if (!button || !voice || !window.SpeechSynthesisUtterance) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const stop = voice.speaking;
    voice.cancel();
    if (stop) return;
    for (const one of document.querySelectorAll("[data-said]")) {
      const said = new SpeechSynthesisUtterance(one.dataset.said || one.textContent);
      said.lang = document.documentElement.lang;
      voice.speak(said);
    }
  });
  window.addEventListener("pagehide", () => voice.cancel());
})();
