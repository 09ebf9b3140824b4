// Asks this browser to show news of this circuit, and sends where it takes them.
const form = document.querySelector("[data-push]");
const able = "serviceWorker" in navigator && "PushManager" in window;
if (form && able) {
  document.querySelector("[data-unable]").hidden = true;
  form.hidden = false;
  const text = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  form.addEventListener("submit", async event => {
    event.preventDefault();
    try {
      const { pushManager } = await navigator.serviceWorker.ready;
      const found = await pushManager.subscribe(
        { userVisibleOnly: true, applicationServerKey: form.dataset.push });
      form.endpoint.value = found.endpoint;
      form.public.value = text(found.getKey("p256dh"));
      form.secret.value = text(found.getKey("auth"));
      form.submit();
    } catch {
      document.querySelector("[data-denied]").hidden = false;
    }
  });
}
