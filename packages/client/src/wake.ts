// A page that comes back from sleep, or a network that returns, is worth an attempt at once. These
// events are hints: `navigator.onLine` says nothing about a hub on the same WiFi and is not asked.

interface Emitter {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

interface Page extends Emitter {
  readonly visibilityState: string;
}

/** Calls `run` at such moments until the returned function is called; does nothing outside a page. */
export function onWake(run: () => void): () => void {
  const { document: page } = globalThis as { document?: Page };
  if (page === undefined) return () => undefined;
  const window = globalThis as unknown as Emitter;
  const whenVisible = (): void => {
    if (page.visibilityState === 'visible') run();
  };
  page.addEventListener('visibilitychange', whenVisible);
  window.addEventListener('pageshow', run);
  window.addEventListener('online', run);
  return () => {
    page.removeEventListener('visibilitychange', whenVisible);
    window.removeEventListener('pageshow', run);
    window.removeEventListener('online', run);
  };
}
