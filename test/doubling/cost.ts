// Finds costs that grow faster than the text that causes them. Costs are processor time of this thread, which a busy machine changes
// little, and are judged only by their ratio.

import type { Row, Shape } from './row.ts';

export interface Growth {
  chars: number;
  /** Costs of a quarter of the text, and of all of it. */
  ms: [quarter: number, whole: number];
}

/** Four times the text may cost this much more: a logarithm and colder caches. A square costs 16 times as much. */
const ratioMax = 8;
/** Shorter costs stop nobody. */
const countsFromMs = 16;
/** Some kernels count processor time in steps of 4 ms, so that this is the least that tells a ratio. */
const measuredMs = 60;
const confirmations = 3;
const charsMin = 256;

/**
 * Returns where the cost grows faster than the text, or undefined if it doesn't. Doubles the text until it costs `enoughMs`, or is as
 * long as the product allows.
 */
export async function fasterGrowth(row: Row, shape: Shape, enoughMs: number): Promise<Growth | undefined> {
  const costs: number[] = [];
  for (const chars of doubledUpTo(row.charsMax)) {
    const cost = await costMs(row, shape(chars), 0);
    const quarter = costs.at(-2);
    costs.push(cost);
    if (quarter !== undefined && isFaster(quarter, cost)) {
      const growth = await confirmed(row, shape, chars);
      if (growth) return growth;
    }
    if (cost >= enoughMs) return undefined;
  }
  return undefined;
}

function doubledUpTo(charsMax: number): number[] {
  const sizes = [charsMax];
  for (let size = charsMax / 2; size >= charsMin; size /= 2) sizes.unshift(Math.floor(size));
  return sizes;
}

function isFaster(quarter: number, whole: number): boolean {
  return whole >= countsFromMs && whole > ratioMax * quarter;
}

/** Measures again and again, since the first run also compiles, and other programs empty the caches. */
async function confirmed(row: Row, shape: Shape, chars: number): Promise<Growth | undefined> {
  let ms: Growth['ms'] = [0, 0];
  for (let round = 0; round < confirmations; round++) {
    ms = [await costMs(row, shape(Math.floor(chars / 4)), measuredMs), await costMs(row, shape(chars), measuredMs)];
    if (!isFaster(...ms)) return undefined;
  }
  return { chars, ms };
}

/** Returns the mean of as many runs as take this long. */
async function costMs({ run }: Row, text: string, leastMs: number): Promise<number> {
  const before = process.threadCpuUsage();
  for (let runs = 1; ; runs++) {
    await attempt(run, text);
    const { system, user } = process.threadCpuUsage(before);
    const ms = (system + user) / 1000;
    if (ms >= leastMs) return ms / runs;
  }
}

async function attempt(run: Row['run'], text: string): Promise<void> {
  try {
    await run(text);
  } catch {
    // A refusal ends the work, as a result does.
  }
}
