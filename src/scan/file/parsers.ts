// Describes the parsers that the scanner gets. scan/ does no I/O, so its hosts (Worker, CLI, tests) load the WASM.
import type { Parser } from 'web-tree-sitter';
import { largeFileBytes } from '../../contract/limits/scans.ts';
import type { Turn } from './pauses.ts';

/** One parser per language, loaded on first use and shared from then on. */
export interface Parsers {
  python(): Promise<Parser>;
  go(): Promise<Parser>;
  /**
   * Does the work on a large file in turns, with parsers of its own, because a paused parse can't share its parser. Only one such work
   * is in memory at a time. Absent where nothing else needs the thread.
   */
  forLargeFile?: <Result>(work: (parsers: Parsers, turn: Turn) => Promise<Result>) => Promise<Result>;
}

/** Does the work on a file of this size, in turns if it is large. */
export function onFile<Result>(
  parsers: Parsers,
  bytes: number,
  work: (parsers: Parsers, turn: Turn | undefined) => Promise<Result>,
): Promise<Result> {
  return bytes > largeFileBytes && parsers.forLargeFile ? parsers.forLargeFile(work) : work(parsers, undefined);
}
