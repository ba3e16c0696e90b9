// Sends requests to the local Worker's clock, which is a separate Worker (`worker.ts`).
import { readFile } from 'node:fs/promises';

/** Header that tells the clock how many bytes of memory workerd uses. */
export const memoryHeaderName = 'slipway-memory';
/** Header in the clock's response: whether this is the first successful tick since workerd started. */
export const firstHeaderName = 'slipway-first';

export interface Clock {
  url: string;
  adminToken: string;
  /** The process that runs Miniflare. */
  pid: number | undefined;
}

/** Runs the cron handler, which workerd never runs on its own. Returns whether this is the first run since workerd started. */
export async function tickClock({ url, adminToken, pid }: Clock): Promise<boolean> {
  const headers = { authorization: `Bearer ${adminToken}`, ...(await memoryHeader(pid)) };
  const response = await fetch(url, { headers });
  const outcome = await response.text();
  if (outcome !== 'ok') throw new Error(outcome);
  return response.headers.get(firstHeaderName) === 'true';
}

/** Returns a header with workerd's memory use, which no Worker can measure. Only Linux reports it. */
async function memoryHeader(miniflare: number | undefined): Promise<Record<string, string>> {
  const children = await readOrEmpty(`/proc/${miniflare}/task/${miniflare}/children`);
  const statuses = await Promise.all(children.split(' ').map((pid) => readOrEmpty(`/proc/${pid}/status`)));
  const workerd = statuses.find((status) => /^Name:\tworkerd$/m.test(status)) ?? '';
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(workerd) ?? [];
  return kibibytes === undefined ? {} : { [memoryHeaderName]: String(1024 * Number(kibibytes)) };
}

async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
