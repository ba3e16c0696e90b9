// Groups a run's row errors by cause, so thousands of rows that failed for the same reason take one line.
import { z } from 'zod/mini';

/** Limits on the errors read per run, in lines and characters. The first errors are a sample of all errors. */
const linesMax = 2000;
const charsMax = 4 * 1024 * 1024;
const causesShown = 5;

const errorSchema = z.object({ row: z.int(), error: z.string(), input: z.optional(z.unknown()) });

export interface Cause {
  error: string;
  rows: number;
  /** The first row with this cause, counted from 0. */
  first: number;
}

export interface RunCauses {
  /** The most common causes, by number of rows. */
  causes: Cause[];
  /** Number of rows whose errors were read. */
  rows: number;
  /** Columns of the first rows that have columns. */
  columns: string[];
}

export class CauseCount {
  readonly #causes = new Map<string, Cause>();
  #columns: string[] = [];
  #rows = 0;
  #chars = 0;

  /** Returns whether the limits are reached. */
  get isFull(): boolean {
    return this.#rows >= linesMax || this.#chars >= charsMax;
  }

  /** Adds one line of a run's errors. */
  add(line: string): void {
    const { error, input, row } = errorSchema.parse(JSON.parse(line));
    this.#rows += 1;
    this.#chars += line.length;
    if (this.#columns.length === 0) this.#columns = columnsOf(input);
    const known = this.#causes.get(error);
    if (known) known.rows += 1;
    else this.#causes.set(error, { error, rows: 1, first: row });
  }

  /** Merges errors that differ only in values if there would be too many. */
  result(): RunCauses {
    const exact = [...this.#causes.values()];
    const causes = exact.length <= causesShown ? exact : merged(exact);
    const common = causes.toSorted((a, b) => b.rows - a.rows).slice(0, causesShown);
    return { causes: common, rows: this.#rows, columns: this.#columns };
  }
}

export async function countCauses(lines: AsyncIterable<string>): Promise<RunCauses> {
  const count = new CauseCount();
  for await (const line of lines) {
    count.add(line);
    if (count.isFull) break;
  }
  return count.result();
}

function columnsOf(input: unknown): string[] {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.keys(input) : [];
}

function merged(causes: readonly Cause[]): Cause[] {
  const groups = Map.groupBy(causes, ({ error }) => withoutValues(error));
  return [...groups].flatMap(([error, [first, ...rest]]) =>
    first ? [{ ...first, error: rest.length === 0 ? first.error : error, rows: sumOf([first, ...rest]) }] : [],
  );
}

function sumOf(causes: readonly Cause[]): number {
  return causes.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * Strips row-specific values: `step 1: ValueError at pipeline.py:7: …` keeps its location, but loses quoted texts and numbers in the
 * message.
 */
function withoutValues(error: string): string {
  const place = /^step \d+: \w+ at [^:]+:\d+: /.exec(error)?.[0] ?? '';
  return place + error.slice(place.length).replaceAll(/'[^']*'|"[^"]*"|\d[\d.]*/g, '…');
}
