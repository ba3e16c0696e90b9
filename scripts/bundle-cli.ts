// Builds the npm package: the CLI without dependencies, and the files it reads at run time.
// `npm pack` runs this script.
import { chmod, cp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(import.meta.resolve('..'));
const out = join(root, 'dist/cli');
const { resolve: resolvePackage } = createRequire(import.meta.url);

const wasm = [
  'web-tree-sitter/web-tree-sitter.wasm',
  'tree-sitter-python/tree-sitter-python.wasm',
  'tree-sitter-go/tree-sitter-go.wasm',
];

/** Sources that locate a file relative to themselves, with the expression that locates it relative to the bundle. */
const replacements: [source: string, from: string, to: string][] = [
  ['src/cli/lint/threaded-scanner.ts', './scan-thread.ts', './scan-thread.js'],
  ['builder/server/blobs/unpack.ts', './unpack-thread.ts', './unpack-thread.js'],
  ['builder/server/sources/pack-source.ts', './pack-thread.ts', './pack-thread.js'],
  ['builder/server/sandbox/sandbox.ts', '../../host-python', './host-python'],
  ['builder/server/builds/go.ts', '../../host-go', './host-go'],
  [
    'src/cli/parsers.ts',
    'createRequire(import.meta.url)',
    "{ resolve: (name: string) => new URL(name.replace(/.*\\//, './'), import.meta.url) }",
  ],
];

const bundlePaths: Plugin = {
  name: 'beside-the-bundle',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = replacements.find(([name]) => resolve(root, name) === path);
      if (!source) return undefined;
      const [name, from, to] = source;
      const text = await readFile(path, 'utf8');
      if (!text.includes(from)) throw new Error(`${name} no longer contains ${from}. Update scripts/bundle-cli.ts.`);
      return { contents: text.replace(from, to), loader: 'ts' };
    });
  },
};

await rm(out, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: {
    slipway: 'src/cli/main.ts',
    'scan-thread': 'src/cli/lint/scan-thread.ts',
    'unpack-thread': 'builder/server/blobs/unpack-thread.ts',
    'pack-thread': 'builder/server/sources/pack-thread.ts',
  },
  outdir: out,
  bundle: true,
  // With a single file, `--help` would have to wait for the imports of all commands.
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  inject: ['scripts/bundle/node-20.ts'],
  plugins: [bundlePaths],
  banner: { js: '#!/usr/bin/env node' },
});
await chmod(join(out, 'slipway.js'), 0o755);
for (const name of wasm) await cp(resolvePackage(name), join(out, basename(name)));
const copied: [from: string, to: string][] = [
  ['src/cli/init/templates', 'templates'],
  ['builder/host-python', 'host-python'],
  ['builder/host-go', 'host-go'],
];
const isTest = /__pycache__|host-python\/tests|_test\.go$/;
for (const [from, to] of copied)
  await cp(join(root, from), join(out, to), { recursive: true, filter: (path) => !isTest.test(path) });
