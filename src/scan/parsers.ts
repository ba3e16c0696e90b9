// Describes the parsers that the scanner is given as an argument: scan/ does no I/O, so its hosts (Worker, CLI, tests) load the
// WASM.
import type { Parser } from 'web-tree-sitter';

/** One parser per language. Each is loaded on first use and shared from then on. */
export interface Parsers {
  python(): Promise<Parser>;
  go(): Promise<Parser>;
}
