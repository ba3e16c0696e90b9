// Loads the scanner's parsers in Node from the installed packages' WASM files.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Language, Parser } from 'web-tree-sitter';
import type { Parsers } from '../scan/file/parsers.ts';

const { resolve } = createRequire(import.meta.url);

export function nodeParsers(): Parsers {
  let python: Promise<Parser> | undefined;
  let go: Promise<Parser> | undefined;
  return {
    python: () => {
      python ??= loadParser('tree-sitter-python/tree-sitter-python.wasm');
      return python;
    },
    go: () => {
      go ??= loadParser('tree-sitter-go/tree-sitter-go.wasm');
      return go;
    },
  };
}

let runtime: Promise<void> | undefined;

async function loadParser(grammar: string): Promise<Parser> {
  setFlagsFromString(`--wasm-tiering-budget=${patientTiering}`);
  try {
    runtime ??= startRuntime();
    await runtime;
    const parser = new Parser();
    parser.setLanguage(await Language.load(await readFile(resolve(grammar))));
    return parser;
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${defaultTiering}`);
  }
}

/**
 * A function's execution budget before V8 optimizes it. The generated lexers are so large that V8 would optimize them after a few lines
 * of source. That takes 60 ms, and a short run would wait for it before exiting. V8 reads the number when it loads a module.
 */
const defaultTiering = 13_000_000;
const patientTiering = 500_000_000;

async function startRuntime(): Promise<void> {
  await Parser.init({ wasmBinary: await readFile(resolve('web-tree-sitter/web-tree-sitter.wasm')) });
}
