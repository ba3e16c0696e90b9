// The scanner's parsers in workerd: the WASM comes as compiled modules; a grammar is instantiated when it is first needed.
import pythonGrammar from 'tree-sitter-python/tree-sitter-python.wasm';
import { Language, Parser } from 'web-tree-sitter';
import runtime from 'web-tree-sitter/web-tree-sitter.wasm';
import type { Parsers } from '../scan/parsers.ts';

/** Parsers of this isolate; made once, since the WASM heap can be shared by all requests. */
export function workerParsers(): Parsers {
  let ready: Promise<void> | undefined;
  let python: Promise<Parser> | undefined;
  const parserOf = async (grammar: WebAssembly.Module): Promise<Parser> => {
    ready ??= startRuntime();
    await ready;
    const parser = new Parser();
    parser.setLanguage(Language.loadSync(grammar));
    return parser;
  };
  return {
    python: () => {
      python ??= parserOf(pythonGrammar);
      return python;
    },
  };
}

/**
 * Emscripten takes workerd with nodejs_compat for Node and calls createRequire(undefined). A process of type "renderer" is
 * its own way out; the type is put back when the runtime is up.
 */
async function startRuntime(): Promise<void> {
  const host: { process?: { type?: string } } = globalThis;
  const before = host.process?.type;
  if (host.process) host.process.type = 'renderer';
  try {
    await Parser.init({
      instantiateWasm(
        imports: WebAssembly.Imports,
        done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
      ) {
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
}
