// Has the browser keep the shell; without it everything works, with a connection.
navigator.serviceWorker?.register("/worker.js").catch(() => {});
