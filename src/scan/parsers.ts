// The scanner's parsers come as an argument: scan/ is pure, its hosts (Worker, CLI, tests) load the WASM.
import type { Parser } from 'web-tree-sitter';

export interface Parsers {
  /** One parser of Python, loaded at the first call and shared from then on. */
  python(): Promise<Parser>;
}
