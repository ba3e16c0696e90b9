// Describes the parsers that the scanner gets. scan/ does no I/O, so its hosts (Worker, CLI, tests) load the WASM.
import type { Parser } from 'web-tree-sitter';

/** One parser per language, loaded on first use and shared from then on. */
export interface Parsers {
  python(): Promise<Parser>;
  go(): Promise<Parser>;
}
