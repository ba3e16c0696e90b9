// Sends a sweep's messages, up to a hundred per request. A queue takes all messages of a request or none, so a refused request is split
// in half until the bad message is alone (D43).
import { sweepLimits } from '../contract/limits/leases.ts';
import type { Message } from '../contract/messages.ts';
import type { Deps } from '../deps.ts';

/** Returns the messages that were sent. Logs refused ones, which a later sweep sends. */
export async function sendAll(
  { queues, log }: Pick<Deps, 'queues' | 'log'>,
  queue: keyof Deps['queues'],
  messages: readonly Message[],
): Promise<Message[]> {
  const sent: Message[] = [];
  const waiting = inPartsOf(sweepLimits.messagesOfSend, messages);
  for (let failures = 0; failures < sweepLimits.failedSends; ) {
    const part = waiting.shift();
    if (!part) return sent;
    try {
      await queues[queue].sendBatch(part.map((body) => ({ body })));
      sent.push(...part);
    } catch (cause) {
      failures += 1;
      if (part.length > 1) waiting.unshift(...inPartsOf(Math.ceil(part.length / 2), part));
      else for (const { id } of part) log.error('sweep.row_failed', { step: sendAll.name, id, cause });
    }
  }
  if (waiting.length > 0) log.error('sweep.not_sent', { queue, messages: waiting.flat().length });
  return sent;
}

function inPartsOf(size: number, messages: readonly Message[]): Message[][] {
  return Array.from({ length: Math.ceil(messages.length / size) }, (_, i) => messages.slice(i * size, (i + 1) * size));
}

/** Picks rows at random if there are too many, so that rows that always fail don't block others. Keeps the order. */
export function pickSome<Row>(rows: readonly Row[], most: number, random: () => number = Math.random): Row[] {
  const picked = [...rows];
  while (picked.length > most) picked.splice(Math.floor(random() * picked.length), 1);
  return picked;
}

export async function runIsolated<D extends Pick<Deps, 'log'>, Row extends { id: string }>(
  deps: D,
  rows: readonly Row[],
  handle: (deps: D, row: Row) => Promise<unknown>,
  step = handle.name,
): Promise<void> {
  for (const row of rows)
    await handle(deps, row).catch((cause: unknown) => deps.log.error('sweep.row_failed', { step, id: row.id, cause }));
}
