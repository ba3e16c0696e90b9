// Ctrl-C: what is under way is told to stop, and cleans up after itself.

const interrupts: (() => void)[] = [];

export async function whileInterruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  interrupts.push(interrupt);
  process.once('SIGINT', interrupt);
  try {
    return await work(interruption.signal);
  } finally {
    interrupts.splice(interrupts.indexOf(interrupt), 1);
    process.removeListener('SIGINT', interrupt);
  }
}

/** For work that changes nothing and asks no signal: it is left behind, and ends with the process. */
export function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** For work that changes nothing and is too busy to hear of Ctrl-C: the signal itself ends the process meanwhile. */
export async function endedBySignal<T>(work: () => Promise<T>): Promise<T> {
  const held = interrupts.splice(0);
  for (const interrupt of held) process.removeListener('SIGINT', interrupt);
  try {
    return await work();
  } finally {
    interrupts.push(...held);
    for (const interrupt of held) process.once('SIGINT', interrupt);
  }
}
