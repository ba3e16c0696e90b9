// The scanner's parsers in Node: the WASM comes from the installed packages' files.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';
import type { Parsers } from '../scan/parsers.ts';

const { resolve } = createRequire(import.meta.url);

export function nodeParsers(): Parsers {
  let python: Promise<Parser> | undefined;
  return {
    python: () => {
      python ??= load('tree-sitter-python/tree-sitter-python.wasm');
      return python;
    },
  };
}

async function load(grammar: string): Promise<Parser> {
  await Parser.init({ wasmBinary: await readFile(resolve('web-tree-sitter/web-tree-sitter.wasm')) });
  const parser = new Parser();
  parser.setLanguage(await Language.load(await readFile(resolve(grammar))));
  return parser;
}
