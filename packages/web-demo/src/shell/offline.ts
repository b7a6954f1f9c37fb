/** Keeps the page for offline use, once everything else is done. Without it the page works just the same. */
export function keepOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const register = (): void => {
    navigator.serviceWorker.register(new URL("sw.js", document.baseURI)).catch(() => {
      // Private windows and plain http refuse it.
    });
  };
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
