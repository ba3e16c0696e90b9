// Describes the parsers passed to the scanner: scan/ does no I/O, so its hosts (Worker, CLI, tests) load the WASM.
import type { Parser } from 'web-tree-sitter';

/** One parser per language, loaded on first use and then shared. */
export interface Parsers {
  python(): Promise<Parser>;
  go(): Promise<Parser>;
}
