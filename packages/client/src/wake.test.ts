import { afterEach, expect, it, vi } from 'vitest';

import { onWake } from './wake.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('is called when a page is visible again, shown again or has a network again', () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  const window = new EventTarget();
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
  vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
  const run = vi.fn<() => void>();
  const stop = onWake(run);
  page.dispatchEvent(new Event('visibilitychange'));
  expect(run).toHaveBeenCalledTimes(0);
  page.visibilityState = 'visible';
  const wake = (): void => {
    page.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('pageshow'));
    window.dispatchEvent(new Event('online'));
  };
  wake();
  expect(run).toHaveBeenCalledTimes(3);
  stop();
  wake();
  expect(run).toHaveBeenCalledTimes(3);
});

it('does nothing where there is no page', () => {
  expect(() => onWake(() => undefined)()).not.toThrow();
});
