// The scanner's parsers come as an argument: scan/ is pure, its hosts (Worker, CLI, tests) load the WASM.
import type { Parser } from 'web-tree-sitter';

/** A parser of each language, loaded at its first call and shared from then on. */
export interface Parsers {
  python(): Promise<Parser>;
  go(): Promise<Parser>;
}
