// One tap copies a text or hands it to another app; without it the text is marked by hand.
for (const row of document.querySelectorAll("[data-share]")) {
  const field = document.getElementById(row.dataset.share);
  const [copy, send, done] = ["copy", "send", "done"].map(one => row.querySelector(`[data-${one}]`));
  copy.addEventListener("click", async () => {
    field.select();
    // Over plain http browsers have no clipboard; the older way still works.
    try { await navigator.clipboard.writeText(field.value); }
    catch { document.execCommand("copy"); }
    done.textContent = done.dataset.done;
  });
  send.hidden = !navigator.share;
  send.addEventListener("click", () => navigator.share({ text: field.value }).catch(() => {}));
  row.hidden = false;
}
