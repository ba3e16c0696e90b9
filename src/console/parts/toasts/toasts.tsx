// Shows in a corner of the page what an action did, with a link to what it created or changed.
import { Suspense, useSyncExternalStore } from 'react';
import { lazyPart } from '../../connection/load-code.ts';
import type { Said } from './toast-list.tsx';

const ToastList = lazyPart(() => import('./toast-list.tsx'));

/** Messages not shown yet. */
let waiting: readonly Said[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Said[]): void {
  waiting = next;
  for (const changed of listeners) changed();
}

export function say(message: string, leads?: Said['leads']): void {
  change([...waiting, { message, leads }]);
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** Loads the list's code when there is a message. */
export function Toasts() {
  const said = useSyncExternalStore(subscribe, () => waiting);
  const isUsed = useSyncExternalStore(subscribe, wasUsed);
  if (!isUsed) return null;
  return (
    <Suspense>
      <ToastList said={said} shown={() => change([])} />
    </Suspense>
  );
}

let used = false;

function wasUsed(): boolean {
  used ||= waiting.length > 0;
  return used;
}
