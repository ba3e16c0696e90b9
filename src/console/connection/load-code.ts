// Loads the code of pages and of their parts when they are opened. A restart of Slipway only delays it.
import { lazyRouteComponent } from '@tanstack/react-router';
import { lazy } from 'react';
import { whenReachable } from './reachable.ts';

/** This page can't load the code until it is reloaded: Slipway serves another build, or the browser remembers that the file failed. */
export class CodeError extends Error {
  override name = 'CodeError';
}

/** Waits while Slipway doesn't answer, then tries again. In Chromium that fails, since it caches a failed module until the page is reloaded. */
export async function loadCode<Code>(load: () => Promise<Code>): Promise<Code> {
  try {
    return await load();
  } catch {
    if ((await whenReachable()) === 'other') throw new CodeError('Slipway was updated. Reload this page.');
    return load().catch((cause: unknown) => {
      throw new CodeError("A part of this page couldn't be loaded. Reload the page.", { cause });
    });
  }
}

/** A page for a route. */
export const lazyPage: typeof lazyRouteComponent = (load, name) => lazyRouteComponent(() => loadCode(load), name);

/** A part of a page. */
export const lazyPart: typeof lazy = (load) => lazy(() => loadCode(load));

/** Loads code before it is needed. If that fails, its component tells why when it is shown. */
export function preload(load: () => Promise<unknown>): void {
  load().catch(() => undefined);
}

const reloadedKey = 'slipway.reloaded-at';
const reloadPauseMs = 10_000;

/** Reloads the page once Slipway answers, but not again right after that, in case a build lacks a file. */
export async function reloadPage(): Promise<void> {
  await whenReachable();
  if (Date.now() - Number(sessionStorage.getItem(reloadedKey) ?? 0) < reloadPauseMs) return;
  sessionStorage.setItem(reloadedKey, String(Date.now()));
  location.reload();
}
