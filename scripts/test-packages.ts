// Implements `npm run test:packages`: installs the packages that plugins use most with a real builder, imports each confined as a plugin,
// on every supported Python, and writes the result into docs/reference/packages.md. Needs Go, for the Pythons, and the package index. Takes an
// hour on two cores.
//   npm run test:packages                                      everything
//   npm run test:packages -- --python 3.12 --only numpy,scipy  some, again; the other results are those of the last run
//   npm run test:packages -- --table                           writes the document from the last results
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { environmentTargetSchema } from '../src/contract/builder/packages.ts';
import { BuilderClient, token } from '../test/builder/builder-client.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { groupPackages, type ListedPackage, readList } from './packages/list.ts';
import { findStandalone, type PythonName, pythonNames } from './packages/pythons.ts';
import { addResults, type Results, writeTables } from './packages/results.ts';
import { type Survey, surveyGroup } from './packages/survey.ts';

const usage = `npm run test:packages [-- --python VERSIONS] [-- --only NAMES] [-- --table]

  --python VERSIONS   separated by commas (all)
  --only NAMES        packages, separated by commas (all)
  --table             only writes the tables again`;

const startMs = 60_000;
const stopMs = 2 * 60_000;

const { values } = readCommandLine(usage, {
  options: {
    python: { type: 'string', default: pythonNames.join(',') },
    only: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
});
const all = await readList('scripts/packages/packages.txt');
const only = values.only?.split(',');
const wanted = all.filter(
  ({ requirement }) => !only || only.includes(requirement) || only.includes(requirement.split(/[[=]/)[0] ?? ''),
);
if (!values.table)
  for (const name of pythonNames.filter((one) => values.python.split(',').includes(one))) await surveyPython(name);
await writeTables(all);

async function surveyPython(name: PythonName): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'slipway-packages-'));
  const { child, client } = await startBuilder(await findStandalone(name), state);
  try {
    const health = Object(await (await client.fetch('/health')).json());
    const results: Results = { python: String(health.python), failures: {} };
    const survey: Survey = {
      client,
      target: environmentTargetSchema.parse(health.target),
      onResult: ({ requirement }, failure, ms) => {
        results.failures[requirement] = failure ?? null;
        const result = failure ? `${failure.stage}: ${failure.message.replaceAll(/\s+/g, ' ')}` : 'works';
        print(`${name}  ${requirement.padEnd(36)} ${(ms / 1000).toFixed(1).padStart(6)} s  ${result}`);
      },
    };
    const groups = groupPackages(wanted);
    await Promise.all(Array.from({ length: availableParallelism() }, () => surveyAll(survey, groups)));
    await addResults(name, results);
  } finally {
    await stop(child);
    await rm(state, { recursive: true, force: true });
  }
}

async function surveyAll(survey: Survey, groups: ListedPackage[][]): Promise<void> {
  for (let group = groups.shift(); group; group = groups.shift()) await surveyGroup(survey, group);
}

/** The builder first stops its instances, which takes less time than a call. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await exited;
  clearTimeout(timer);
}

async function startBuilder(python: string, state: string) {
  const env = { ...process.env, BUILDER_TOKEN: token, BUILDER_PORT: '0', BUILDER_STATE: state, PYTHON: python };
  const tools = { BUILDER_TOOLS: resolve('dist/tools') };
  const args = [resolve('builder/server/main.ts')];
  const child = spawn(process.execPath, args, { env: { ...env, ...tools }, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const timer = setTimeout(() => child.kill('SIGKILL'), startMs);
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code, signal]) => {
      throw new Error(`The builder did not start within ${startMs / 1000} s: it exited with ${signal ?? code}.`);
    }),
  ]);
  clearTimeout(timer);
  print(line);
  lines.on('line', () => {});
  const [, port = ''] = /:(\d+) /.exec(String(line)) ?? [];
  return { child, client: new BuilderClient(`http://127.0.0.1:${port}`) };
}
