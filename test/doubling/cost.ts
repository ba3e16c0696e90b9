// Finds costs that grow faster than the text that causes them. Costs are processor time of this thread, which a busy machine changes
// little, and are judged only by their ratio.
import type { Row, Shape } from './row.ts';

export interface Growth {
  chars: number;
  /** Costs of a quarter of the text, of half of it, and of all. */
  ms: [quarter: number, half: number, whole: number];
}

/** Four times the text may cost this much more: a logarithm and colder caches. A square costs 16 times as much. */
const ratioMax = 8;
/** Twice the text may cost this much more. */
const doublingMin = 2.4;
/** Shorter costs stop nobody. */
const countsFromMs = 16;
/** Some kernels count processor time in steps of this. */
const stepMs = 4;
/** Enough steps to tell a ratio. */
const measuredMs = 15 * stepMs;
const confirmations = 3;
const charsMin = 32;

/**
 * Returns where the cost grows faster than the text, or undefined if it doesn't. Doubles the text until it costs `enoughMs`, or is as
 * long as the product allows.
 */
export async function fasterGrowth(row: Row, shape: Shape, enoughMs: number): Promise<Growth | undefined> {
  const costs: number[] = [];
  for (const chars of doubledUpTo(row.charsMax)) {
    const cost = await costMs(row, shape(chars), 0);
    costs.push(cost);
    if (cost < enoughMs && chars < row.charsMax) continue;
    const quarter = Math.max(0, (costs.at(-3) ?? 0) - stepMs);
    return isFaster(quarter, cost) ? confirmed(row, shape, chars) : undefined;
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

/**
 * Measures again and again, since the first run also compiles, and other programs empty the caches. Both doublings must cost more, since
 * one may be where memory no longer suffices without collecting garbage.
 */
async function confirmed(row: Row, shape: Shape, chars: number): Promise<Growth | undefined> {
  let ms: Growth['ms'] = [0, 0, 0];
  for (let round = 0; round < confirmations; round++) {
    const cost = (part: number) => costMs(row, shape(Math.floor(chars / part)), measuredMs);
    ms = [await cost(4), await cost(2), await cost(1)];
    const [quarter, half, whole] = ms;
    if (!isFaster(quarter, whole) || Math.min(half / quarter, whole / half) < doublingMin) return undefined;
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
