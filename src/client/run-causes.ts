// Groups the errors of a run's rows by their cause, so that thousands of rows that failed for one reason are one line.
import { z } from 'zod/mini';

/** Errors that are read of a run, in lines and characters. Causes of the first ones are those of the rest. */
const linesMax = 2000;
const charsMax = 4 * 1024 * 1024;
const causesShown = 5;

const errorSchema = z.object({ row: z.int(), error: z.string(), input: z.optional(z.unknown()) });

export interface Cause {
  error: string;
  rows: number;
  /** The first row that failed so, from 0. */
  first: number;
}

export interface RunCauses {
  /** The most common ones, the most rows first. */
  causes: Cause[];
  /** Rows whose errors were read. */
  rows: number;
  /** Columns of the first rows that have any. */
  columns: string[];
}

export class CauseCount {
  readonly #causes = new Map<string, Cause>();
  #columns: string[] = [];
  #rows = 0;
  #chars = 0;

  /** Whether enough was read. */
  get isFull(): boolean {
    return this.#rows >= linesMax || this.#chars >= charsMax;
  }

  /** Adds a line of the errors of a run. */
  add(line: string): void {
    const { error, input, row } = errorSchema.parse(JSON.parse(line));
    this.#rows += 1;
    this.#chars += line.length;
    if (this.#columns.length === 0) this.#columns = columnsOf(input);
    const known = this.#causes.get(error);
    if (known) known.rows += 1;
    else this.#causes.set(error, { error, rows: 1, first: row });
  }

  /** Errors that differ in values only are put together where there would be too many. */
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

/** `step 1: ValueError at pipeline.py:7: …` keeps its place; quoted texts and numbers of the message are the row's. */
function withoutValues(error: string): string {
  const place = /^step \d+: \w+ at [^:]+:\d+: /.exec(error)?.[0] ?? '';
  return place + error.slice(place.length).replaceAll(/'[^']*'|"[^"]*"|\d[\d.]*/g, '…');
}
