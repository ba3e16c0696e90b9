// Locates a failed row in the input and in the plugin.
import type { components } from '../../../../client/api.gen.d.ts';

type Input = components['schemas']['Run']['input'];

interface Numbering {
  name: 'Line' | 'Row';
  /** Text for a row number, which the API counts from 0. */
  numberOf(row: number): string;
  note?: string;
}

/** Rows of a file are its lines; rows of another run have only numbers. */
export function rowNumbering({ failed_of, format }: Pick<Input, 'failed_of' | 'format'>): Numbering {
  const name = failed_of === null ? 'Line' : 'Row';
  const first = failed_of === null && format === 'csv' ? 2 : 1;
  const numberOf = (row: number) => (row + first).toLocaleString('en');
  if (failed_of !== null) return { name, numberOf };
  const note =
    format === 'csv'
      ? 'Lines of the file, including its header but not blank lines. A multi-line record counts as one.'
      : 'Lines of the file, not counting blank lines.';
  return { name, numberOf, note };
}

/** Returns the plugin's file and line that an error names: `step 1: KeyError at pipeline.py:2: 'data'`. */
export function placeInPlugin(error: string): { file: string; line: number } | undefined {
  const found = /^step \d+: [\w.]+ at ([^:\n]+):(\d+): /.exec(error);
  return found ? { file: found[1] ?? '', line: Number(found[2]) } : undefined;
}
