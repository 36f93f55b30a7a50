/**
 * Keeps the site for when there is no network: once the page is loaded, its service worker fetches
 * all of it. Without one, as where it is being developed, everything works but offline.
 */
export function keepOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const register = () => {
    // What forbids it, such as a private window, is no reader's concern.
    navigator.serviceWorker.register("serviceWorker.js").catch(() => undefined);
  };
  if (document.readyState === "complete") register();
  else addEventListener("load", register, {once: true});
}
