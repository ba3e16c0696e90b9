// Bundles the isolates' main module (src/isolate/main.ts) into src/isolate/bundle.gen.ts as text, which the Worker passes to its loader
// and the builder to workerd. With --check, fails if the file is out of date.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readCommandLine } from '../machine/command-line.ts';

const usage = `node scripts/generate/isolate.ts [--check]

Writes src/isolate/bundle.gen.ts.

  --check   writes nothing, and fails if it is out of date`;

const { values } = readCommandLine(usage, { options: { check: { type: 'boolean', default: false } } });

const folder = fileURLToPath(import.meta.resolve('../../src/isolate/'));
const file = `${folder}bundle.gen.ts`;

const { outputFiles } = await build({
  entryPoints: [`${folder}main.ts`],
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2024',
  charset: 'utf8',
  external: ['./plugin.wasm'],
});
const text = outputFiles[0]?.text ?? '';
const wanted = `// Written by scripts/generate/isolate.ts.
/** The main module of an isolate. It imports the plugin from ./plugin.wasm. */
export const isolateMain =
  ${JSON.stringify(text)};
`;

if (!values.check) {
  await writeFile(file, wanted);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
  console.error('src/isolate/bundle.gen.ts is out of date. Run `node scripts/generate/isolate.ts`.');
  process.exit(1);
}
