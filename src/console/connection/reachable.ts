// Waits until Slipway answers again, and tells whether it still serves this page's build of the console.

/** Interval between requests while Slipway doesn't answer. */
const probeMs = 2000;

type Build = 'same' | 'other';

let waiting: Promise<Build> | undefined;
const listeners = new Set<() => void>();

/** Resolves once Slipway answers. All who wait share the requests. */
export function whenReachable(): Promise<Build> {
  waiting ??= probeUntilAnswered().finally(() => {
    waiting = undefined;
    for (const changed of listeners) changed();
  });
  for (const changed of listeners) changed();
  return waiting;
}

/** Returns whether something waits for Slipway to answer. */
export function isWaiting(): boolean {
  return waiting !== undefined;
}

export function onWaiting(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

export function pauseBetweenProbes(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, probeMs));
}

async function probeUntilAnswered(): Promise<Build> {
  for (;;) {
    const build = await servedBuild().catch(() => undefined);
    if (build !== undefined) return build;
    await pauseBetweenProbes();
  }
}

/** Reads the console's page, which names the main script of its build. Undefined if a proxy answers in Slipway's place. */
async function servedBuild(): Promise<Build | undefined> {
  const answer = await fetch('/sign-in', { headers: { accept: 'text/html' }, cache: 'no-store' });
  if (!answer.ok) return undefined;
  const main = document.querySelector<HTMLScriptElement>('script[type=module]')?.src ?? '';
  return (await answer.text()).includes(new URL(main, location.href).pathname) ? 'same' : 'other';
}
