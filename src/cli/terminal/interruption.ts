// Handles Ctrl-C, SIGTERM and a closed terminal (SIGHUP) by aborting the running work, which then cleans up. A second signal ends the
// process immediately.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const interrupts: (() => void)[] = [];

export async function runInterruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  interrupts.push(interrupt);
  for (const signal of signals) process.once(signal, interrupt);
  try {
    return await work(interruption.signal);
  } finally {
    interrupts.splice(interrupts.indexOf(interrupt), 1);
    for (const signal of signals) process.removeListener(signal, interrupt);
  }
}

/** Stops waiting for work that takes no signal and changes nothing. The abandoned work ends with the process. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/**
 * Runs work that changes nothing but blocks the event loop. Ctrl-C ends the process immediately, since Slipway's handler couldn't run.
 */
export async function withDefaultInterrupt<T>(work: () => Promise<T>): Promise<T> {
  const suspended = interrupts.splice(0);
  for (const signal of signals) for (const interrupt of suspended) process.removeListener(signal, interrupt);
  try {
    return await work();
  } finally {
    interrupts.push(...suspended);
    for (const signal of signals) for (const interrupt of suspended) process.once(signal, interrupt);
  }
}
