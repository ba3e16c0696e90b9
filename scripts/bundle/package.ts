// Builds the npm package: the CLI without dependencies, and the files it reads at run time.
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { chmod, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { releaseManifest } from './manifest.ts';

/** The name `slipway` belongs to another tool, whose owner may also own `@slipway`. */
export const packageName = '@slipway-registry/cli';

const root = fileURLToPath(new URL('../..', import.meta.url).href);
const { resolve: resolvePackage } = createRequire(import.meta.url);

const wasm = [
  'web-tree-sitter/web-tree-sitter.wasm',
  'tree-sitter-python/tree-sitter-python.wasm',
  'tree-sitter-go/tree-sitter-go.wasm',
];

/** Sources that locate a file relative to themselves, and the expression that locates it relative to the bundle. */
const replacements: [source: string, from: string, to: string][] = [
  ['src/cli/lint/threaded-scanner.ts', './scan-thread.ts', './scan-thread.js'],
  ['builder/server/blobs/unpack.ts', './unpack-thread.ts', './unpack-thread.js'],
  ['builder/server/sources/pack-source.ts', './pack-thread.ts', './pack-thread.js'],
  ['builder/server/removal/tree-remover.ts', './remove-thread.ts', './remove-thread.js'],
  ['src/cli/init/create-plugin.ts', '../../../examples', './examples'],
  ['builder/server/programs/host-scripts.ts', '../../host-python', './host-python'],
  ['builder/server/builds/go.ts', '../../host-go', './host-go'],
  [
    'src/cli/parsers.ts',
    'createRequire(import.meta.url)',
    "{ resolve: (name: string) => new URL(name.replace(/.*\\//, './'), import.meta.url) }",
  ],
  // The bundle has its own `require`, which already exists when this assignment would run.
  ['node_modules/web-tree-sitter/web-tree-sitter.js', 'var require = createRequire(import.meta.url);', ''],
];

/** Replacements by source. esbuild names a file by its real path, also below a linked folder of packages. */
const byPath = new Map(replacements.map((one) => [realpathSync(resolve(root, one[0])), one]));
const applied = new Set<string>();

const bundlePaths: Plugin = {
  name: 'beside-the-bundle',
  setup({ onLoad }) {
    onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => {
      const source = byPath.get(path);
      if (!source) return undefined;
      applied.add(path);
      const [name, from, to] = source;
      const text = await readFile(path, 'utf8');
      if (!text.includes(from))
        throw new Error(`${name} no longer contains ${from}. Update scripts/bundle/package.ts.`);
      return { contents: text.replace(from, to), loader: 'default' };
    });
  },
};

/** Drops zod's messages in 50 other languages, a quarter of the bundle. */
const onlyEnglish: Plugin = {
  name: 'only-english',
  setup({ onLoad }) {
    const index = /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/;
    onLoad({ filter: index }, () => ({ contents: 'export { default as en } from "./en.js";' }));
  },
};

/** Loads the library of `slipway mcp` from its own file, since a longer bundle delays the start of every command. */
const mcpServerApart: Plugin = {
  name: 'mcp-server-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^@modelcontextprotocol\/server(?:\/stdio)?$/ }, () => ({
      path: './mcp-server.cjs',
      external: true,
    }));
  },
};

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  inject: ['scripts/bundle/node-20.ts'],
  plugins: [bundlePaths, onlyEnglish],
} satisfies BuildOptions;

const copied: [from: string, to: string][] = [
  ['src/cli/init/templates', 'templates'],
  ['examples', 'examples'],
  ['builder/host-python', 'host-python'],
  ['builder/host-go', 'host-go'],
];
const isTest = /__pycache__|host-python\/tests|_test\.go$/;

/** Writes the package into this folder, replacing its contents. The program is `dist/cli/slipway.js`. */
export async function buildPackage(folder: string): Promise<void> {
  const out = join(folder, 'dist/cli');
  await rm(folder, { recursive: true, force: true });
  await bundle(out);
  const missed = [...byPath].filter(([path]) => !applied.has(path)).map(([, [name]]) => name);
  if (missed.length > 0) throw new Error(`The bundle has no ${missed.join(', ')}. Update scripts/bundle/package.ts.`);
  for (const name of wasm) await cp(resolvePackage(name), join(out, basename(name)));
  for (const [from, to] of copied)
    await cp(join(root, from), join(out, to), { recursive: true, filter: (path) => !isTest.test(path) });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(await packageManifest(process.env), null, 2)}\n`);
  await cp(join(root, 'src/cli/README.md'), join(folder, 'README.md'));
  await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

// Bundles everything into one function, because V8 stores only the compiled code of scripts (scripts/bundle/code-cache.ts). The
// function evaluates modules, including Node's, when a command first needs them.
async function bundle(out: string): Promise<void> {
  await build({
    ...options,
    plugins: [...options.plugins, mcpServerApart],
    outdir: out,
    entryPoints: { commands: 'scripts/bundle/commands.ts' },
    format: 'cjs',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'bundleUrl', 'import.meta.resolve': 'resolveFromBundle' },
    banner: { js: '(function (require, bundleUrl, resolveFromBundle) { const module = { exports: {} };' },
    footer: { js: 'return module.exports; })' },
  });
  await build({
    ...options,
    outfile: join(out, 'mcp-server.cjs'),
    entryPoints: ['scripts/bundle/mcp-server.ts'],
    format: 'cjs',
  });
  const bundleDigest = createHash('sha256')
    .update(await readFile(join(out, 'commands.js')))
    .digest('hex')
    .slice(0, 16);
  await build({
    ...options,
    outdir: out,
    entryPoints: {
      slipway: 'scripts/bundle/main.ts',
      'scan-thread': 'scripts/bundle/scan-thread.ts',
      'unpack-thread': 'builder/server/blobs/unpack-thread.ts',
      'pack-thread': 'builder/server/sources/pack-thread.ts',
      'remove-thread': 'builder/server/removal/remove-thread.ts',
    },
    format: 'esm',
    define: { bundleDigest: JSON.stringify(bundleDigest) },
  });
  await chmod(join(out, 'slipway.js'), 0o755);
}

export async function packageManifest(environment: NodeJS.ProcessEnv): Promise<object> {
  return {
    name: packageName,
    description: 'Checks, tests, publishes and deploys plugins of a Slipway registry',
    ...(await releaseManifest(environment)),
    bin: { slipway: 'dist/cli/slipway.js' },
  };
}
