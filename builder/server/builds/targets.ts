// Defines the compiler's outputs for a plugin: an executable for this machine, and a WebAssembly module for isolates.
export interface Target {
  /** The output's name. */
  file: string;
  flags: readonly string[];
  settings: Readonly<Record<string, string>>;
}

export const executableTarget: Target = { file: 'plugin', flags: [], settings: {} };

/** A reactor: it is initialized once, and then its exported functions are called. */
export const wasmTarget: Target = {
  file: 'plugin.wasm',
  flags: ['-buildmode=c-shared'],
  settings: { GOOS: 'wasip1', GOARCH: 'wasm' },
};

export const wasmTargetName = 'wasip1/wasm';
