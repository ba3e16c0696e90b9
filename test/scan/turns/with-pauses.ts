// Scans a file with pauses, as the Worker scans a large one.
import { expect } from 'vitest';
import { nodeParsers } from '../../../src/cli/parsers.ts';
import type { Language } from '../../../src/contract/plugin/languages.ts';
import type { Parsers } from '../../../src/scan/file/parsers.ts';
import { scanSource } from '../../../src/scan/scan.ts';

/** Parsers that all files share. */
export const parsers = nodeParsers();
/** Parsers of the large file. */
export const own = nodeParsers();

/** Expects the same findings with pauses and without, and returns the number of pauses. */
export async function comparedWithPauses(path: string, language: Language, text: string): Promise<number> {
  let turns = 0;
  // Another file is scanned in each pause, with the parsers that all other files share.
  const turn = async () => {
    turns += 1;
    const source = { path: 'small.py', bytes: new TextEncoder().encode('import os\nos.system("x")\n') };
    expect((await scanSource(parsers, source)).map(({ ruleId }) => ruleId)).toEqual(['SLP301']);
  };
  const inTurns: Parsers = { ...parsers, forLargeFile: (work) => work(own, turn) };
  const source = { path, bytes: new TextEncoder().encode(text) };
  for (const level of ['seed', 'strict'] as const) {
    const options = { language, level };
    expect(await scanSource(inTurns, source, options)).toEqual(await scanSource(parsers, source, options));
  }
  return turns;
}

/** Returns a text with a line for each number. */
export const repeat = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');
