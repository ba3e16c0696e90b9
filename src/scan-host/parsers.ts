// Provides the scanner's parsers in workerd, which imports WASM as compiled modules. A grammar is instantiated on first use.
import pythonGrammar from 'tree-sitter-python/tree-sitter-python.wasm';
import { Language, Parser } from 'web-tree-sitter';
import runtime from 'web-tree-sitter/web-tree-sitter.wasm';
import type { HostedParsers } from '../deps.ts';

/** Creates the isolate's parsers. Call once per isolate; all requests share the WASM heap. */
export function workerParsers(): HostedParsers {
  let ready: Promise<WebAssembly.Memory | undefined> | undefined;
  let memory: WebAssembly.Memory | undefined;
  let python: Promise<Parser> | undefined;
  let go: Promise<Parser> | undefined;
  const parserOf = async (grammar: WebAssembly.Module): Promise<Parser> => {
    ready ??= startRuntime();
    memory = await ready;
    const parser = new Parser();
    parser.setLanguage(Language.loadSync(grammar));
    return parser;
  };
  return {
    python: () => {
      python ??= parserOf(pythonGrammar);
      return python;
    },
    go: () => {
      go ??= import('tree-sitter-go/tree-sitter-go.wasm').then((grammar) => parserOf(grammar.default));
      return go;
    },
    heapBytes: () => memory?.buffer.byteLength ?? 0,
  };
}

/**
 * Starts the WASM runtime and returns its memory. Emscripten mistakes workerd with nodejs_compat for Node and calls
 * createRequire(undefined), unless `process.type` is "renderer". So this sets it, and restores it after the start.
 */
async function startRuntime(): Promise<WebAssembly.Memory | undefined> {
  let memory: WebAssembly.Memory | undefined;
  const host: { process?: { type?: string } } = globalThis;
  const before = host.process?.type;
  if (host.process) host.process.type = 'renderer';
  try {
    await Parser.init({
      instantiateWasm(
        imports: WebAssembly.Imports,
        done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
      ) {
        const imported = imports.env?.memory;
        if (imported instanceof WebAssembly.Memory) memory = imported;
        void WebAssembly.instantiate(runtime, imports).then((instance) => done(instance, runtime));
        return {};
      },
    });
  } finally {
    if (host.process) {
      if (before === undefined) delete host.process.type;
      else host.process.type = before;
    }
  }
  return memory;
}
