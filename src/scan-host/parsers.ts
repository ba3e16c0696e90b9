// Provides the scanner's parsers in workerd, which imports WASM as compiled modules. A grammar is instantiated on first use.
import pythonGrammar from 'tree-sitter-python/tree-sitter-python.wasm';
import { Language, Parser } from 'web-tree-sitter';
import runtime from 'web-tree-sitter/web-tree-sitter.wasm';
import { Room } from '../core/room.ts';
import { LoopTurns, turnBytes } from '../core/turns.ts';
import type { HostedParsers } from '../deps.ts';
import type { Parsers } from '../scan/file/parsers.ts';

/** Large files that are analyzed at a time, since their trees take up to 90 MB. One that shows no activity was cut off. */
const largeFiles = { size: 1, heldMs: 15_000 };

/** Creates the isolate's parsers. Call once per isolate; all requests share the WASM heap. */
export function workerParsers(): HostedParsers {
  let ready: Promise<WebAssembly.Memory | undefined> | undefined;
  let memory: WebAssembly.Memory | undefined;
  const parserOf = async (grammar: WebAssembly.Module): Promise<Parser> => {
    ready ??= startRuntime();
    memory = await ready;
    const parser = new Parser();
    parser.setLanguage(Language.loadSync(grammar));
    return parser;
  };
  const large = new Room(largeFiles);
  const forLarge = newParsers(parserOf);
  return {
    ...newParsers(parserOf),
    forLargeFile: async (work) => {
      const { keep, leave } = await large.enter(1);
      const turns = new LoopTurns();
      try {
        return await work(forLarge, async () => {
          keep();
          await turns.spend(turnBytes);
        });
      } finally {
        leave();
      }
    },
    heapBytes: () => memory?.buffer.byteLength ?? 0,
  };
}

function newParsers(parserOf: (grammar: WebAssembly.Module) => Promise<Parser>): Parsers {
  let python: Promise<Parser> | undefined;
  let go: Promise<Parser> | undefined;
  return {
    python: () => {
      python ??= parserOf(pythonGrammar);
      return python;
    },
    go: () => {
      go ??= import('tree-sitter-go/tree-sitter-go.wasm').then((grammar) => parserOf(grammar.default));
      return go;
    },
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
