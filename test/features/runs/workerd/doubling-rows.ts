// Rows of the doubling test: rows of runs, and their errors.
import { CauseCount } from '../../../../src/contract/features/runs/run-causes.ts';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { recordEnds } from '../../../../src/contract/runs/records.ts';
import { readBeginning } from '../../../../src/features/runs/split/header.ts';
import { RowSplitter } from '../../../../src/features/runs/split/row-splitter.ts';
import { numbered, type Rows } from '../../../doubling/row.ts';

const pieceBytes = 64 * 1024;

function* piecesOf(text: string): Generator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function* input(text: string): AsyncGenerator<Uint8Array, void> {
  yield* piecesOf(text);
}

function split(format: 'csv' | 'jsonl', text: string): void {
  const splitter = new RowSplitter(recordEnds(format), { at: 0, chunks: 0, rows: 0 }, () => {});
  for (const piece of piecesOf(text)) splitter.push(piece);
}

const form = { compression: null, csv: null, failedOf: null } as const;

export const rows: Rows = {
  "a run's input begins": {
    run: (text) =>
      Promise.allSettled([
        readBeginning(input(text), { ...form, format: 'csv' }),
        readBeginning(input(text), { ...form, format: 'jsonl' }),
      ]),
    charsMax: runLimits.rowBytes,
    places: {
      whole: (text) => text,
      'a line': (text) => text.replaceAll(/[\r\n]/g, ','),
      quoted: (text) => `"${text}"`,
    },
    shapes: { columns: (chars) => numbered(chars, (at) => at.toString(36), ',') },
  },
  "a run's input is split": {
    run: (text) => [split('jsonl', text), split('csv', text)],
    charsMax: runLimits.rowBytes,
    shapes: {
      rows: (chars) => '{"a":1}\n'.repeat(chars / 8),
      'quoted values': (chars) => '"a","b"\n'.repeat(chars / 8),
    },
  },
  "a run's errors are grouped": {
    run: (text) => {
      const count = new CauseCount();
      for (const error of text.split(/[\s,/]+/)) if (!count.isFull) count.add(JSON.stringify({ row: 1, error }));
      return count.result();
    },
    charsMax: 1024 * 1024,
  },
};
