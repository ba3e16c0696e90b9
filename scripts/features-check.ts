// Implements `npm run features:check`: proves that each feature can be taken away. In a copy of the last commit, removes the feature's
// folders and its line in src/features.ts, generates what is generated, and runs the types and the kernel's tests.
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readCommandLine, UsageError } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { unpack } from './upgrade/trees.ts';

const usage = `npm run features:check [-- FEATURE...]

Takes features away, one at a time, and runs the types and the kernel's tests without them.

  FEATURE...   names of features (all)
  --together   takes all of them away at once
  --types      runs only the types, which takes a minute for each feature`;

const { positionals, values } = readCommandLine(usage, {
  options: { together: { type: 'boolean', default: false }, types: { type: 'boolean', default: false } },
  positionals: [0, Number.POSITIVE_INFINITY],
});

type Command = [what: string, program: string, ...args: string[]];

const generators: Command[] = [
  ['lists of features', 'node', 'scripts/generate/features.ts'],
  ['migration', 'drizzle-kit', 'generate'],
  ['API document', 'node', 'scripts/generate/openapi.ts'],
];
const types = ['worker', 'node', 'scripts', 'pages', 'console'].map((name): Command => {
  const tsc = 'node_modules/typescript-7/bin/tsc';
  return [`types: ${name}`, 'node', tsc, '--checkers', '1', '-p', `tsconfig.${name}.json`];
});
/** Documents with their examples and the operator's query need all features, and features are tested with each other. */
const others = [
  ...['test/maps.test.ts', 'test/scan/walkthrough.test.ts', 'test/db/health-query.test.ts'],
  ...['test/api/reference/field-examples.test.ts', 'test/doubling/entry-points.extended.test.ts'],
  'test/features/**/*.test.ts',
];
/** The builder and the scripts know no feature. */
const kernelTests: string[][] = [['pure'], ['node', 'test/cli/', ...globSync('test/*.test.ts')], ['workerd']];
const tests = kernelTests.map(([project = '', ...paths]): Command => {
  return [`tests: ${project}`, 'vitest', 'run', '--project', project, '--reporter', 'dot', ...paths];
});

const features = globSync('src/features/*/feature.ts').map((path) => path.split(/[\\/]/)[2] ?? '');
const unknown = positionals.filter((name) => !features.includes(name));
if (unknown.length > 0) throw new UsageError(`No such feature: ${unknown.join(', ')}`);

const named = positionals.length > 0 ? positionals : features.sort();
for (const gone of values.together ? [named] : named.map((feature) => [feature])) {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-without-'));
  await unpack('HEAD', folder);
  for (const feature of gone) await takeAway(feature, folder);
  for (const command of [...generators, ...types]) await tryCommand(gone, folder, command);
  for (const path of globSync(others, { cwd: folder })) await rm(join(folder, path));
  for (const command of values.types ? [] : tests) await tryCommand(gone, folder, command);
  await rm(folder, { recursive: true });
}

/** Removes the feature's folders and its line, and the benchmarks, which measure Slipway with all its features. */
async function takeAway(feature: string, folder: string): Promise<void> {
  const own = globSync(`{src,test,scripts}/**/features/${feature}{,.ts}`, { cwd: folder });
  const benchmarks = globSync('bench/**/*.ts', { cwd: folder }).filter((path) => !path.endsWith('.d.ts'));
  for (const path of [...own, ...benchmarks]) await rm(join(folder, path), { recursive: true });
  const list = join(folder, 'src/features.ts');
  const text = await readFile(list, 'utf8');
  const name = new RegExp(`^import \\{ (\\w+) \\} from './features/${feature}/feature\\.ts';\\n`, 'm').exec(text);
  if (!name) throw new Error(`src/features.ts doesn't import ${feature}`);
  await writeFile(list, text.replace(name[0], '').replace(new RegExp(`\\b${name[1]}\\b,?`), ''));
}

function nameOf(gone: string[]): string {
  return gone.length === 1 ? gone.join() : `these ${gone.length} features`;
}

async function tryCommand(gone: string[], cwd: string, [what, program, ...args]: Command): Promise<void> {
  const env = { ...process.env, PATH: `${resolve('node_modules/.bin')}:${process.env.PATH}` };
  try {
    await promisify(execFile)(program, args, { cwd, env, maxBuffer: 2 ** 28 });
    print(`✓ without ${nameOf(gone)}: ${what}`);
  } catch (error) {
    process.exitCode = 1;
    print(`✗ without ${nameOf(gone)}: ${what}`);
    print(outputOf(error).slice(-6000));
  }
}

function outputOf(error: unknown): string {
  if (!(error instanceof Error && 'stdout' in error && 'stderr' in error)) return String(error);
  return `${String(error.stdout)}\n${String(error.stderr)}`;
}
