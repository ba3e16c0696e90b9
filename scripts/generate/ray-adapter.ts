// Collects the Python files that run a plugin in Ray Serve into src/features/clusters/ray/adapter.gen.ts as text, which the Worker packs with each
// plugin. With --check, fails if the file is out of date.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from '../machine/command-line.ts';

const usage = `node scripts/generate/ray-adapter.ts [--check]

Writes src/features/clusters/ray/adapter.gen.ts.

  --check   writes nothing, and fails if it is out of date`;

const { values } = readCommandLine(usage, { options: { check: { type: 'boolean', default: false } } });

const host = fileURLToPath(import.meta.resolve('../../builder/host-python/'));
const file = fileURLToPath(import.meta.resolve('../../src/features/clusters/ray/adapter.gen.ts'));

const texts: [path: string, text: string][] = [];
for (const folder of ['shims', 'slipway_host', 'slipway_ray'])
  for (const name of await readdir(join(host, folder), { recursive: true }))
    if (/\.(?:py|json)$/.test(name)) texts.push([join(folder, name), await readFile(join(host, folder, name), 'utf8')]);
texts.sort(([one], [other]) => (one < other ? -1 : 1));
const wanted = `// Written by scripts/generate/ray-adapter.ts.
/** The files that run a plugin in Ray Serve, by path. */
export const rayAdapter: Record<string, string> = ${JSON.stringify(Object.fromEntries(texts), undefined, 2)};
`;

if (!values.check) {
  await writeFile(file, wanted);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
  console.error('src/features/clusters/ray/adapter.gen.ts is out of date. Run `node scripts/generate/ray-adapter.ts`.');
  process.exit(1);
}
