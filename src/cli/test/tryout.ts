// A plugin's batch steps over sample rows, and its own tests, run by builder/host-python/tryout.py: confined like a worker, but with
// the packages that are installed here.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { unpackHere } from '../../../builder/server/blobs/unpack.ts';
import { runProgram } from '../../../builder/server/processes/run-program.ts';
import { pluginProcessLimits, pluginTempBytes } from '../../../builder/server/python/python-command.ts';
import { programCommand } from '../../../builder/server/sandbox/program-command.ts';
import { hasOwnRoot, hostFolder, type Mount } from '../../../builder/server/sandbox/sandbox.ts';
import type { JsonObject } from '../../contract/json.ts';
import { builderLimits } from '../../contract/limits.ts';
import type { Environment } from '../connection/settings.ts';
import { type Check, failed, passed, skipped } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

export interface TriedPlugin {
  name: string;
  sha256: string;
}

const timeoutMs = 120_000;
const outputBytesMax = 1024 * 1024;
const codeInside = '/plugin';
const hostInside = '/slipway';

const stepsOutcome = z.union([
  z.object({ error: z.string(), trace: z.array(z.string()) }),
  z.object({
    steps: z.int(),
    rows: z.int().optional(),
    frame: z.enum(['pandas', 'table']).optional(),
    columns: z.array(z.string()).default([]),
    first: z.record(z.string(), z.string()).default({}),
  }),
]);

const testsOutcome = z.object({ runner: z.string(), passed: z.int(), failed: z.int(), skipped: z.int() });

/** Without rows only build_steps is called. */
export async function checkPipeline(
  builder: LocalBuilder,
  environment: Environment,
  plugin: TriedPlugin,
  rows: JsonObject[] | undefined,
): Promise<Check> {
  const ran = await tryOut(builder, environment, plugin, { mode: 'steps', rows: rows ?? null, parameters: {} });
  if (ran.why !== undefined) return failed('pipeline', ran.why, ran.lines);
  const outcome = stepsOutcome.parse(ran.outcome);
  if ('error' in outcome) return failed('pipeline', outcome.error, [...ran.lines, ...outcome.trace]);
  const { columns, first, frame, steps, rows: count } = outcome;
  const built = `build_steps gave ${steps} ${steps === 1 ? 'step' : 'steps'}`;
  if (count === undefined) return passed('pipeline', built, ran.lines);
  const lines = columns.map((column) => `${column} = ${first[column]}`);
  const by = frame === 'pandas' ? '' : ' (without pandas: a stand-in)';
  return passed('pipeline', `${built}; ${count} rows gave ${columns.join(', ')}${by}`, [...ran.lines, ...lines]);
}

export async function checkTests(builder: LocalBuilder, environment: Environment, plugin: TriedPlugin): Promise<Check> {
  const ran = await tryOut(builder, environment, plugin, { mode: 'tests' });
  if (ran.why !== undefined) return failed('tests', ran.why, ran.lines);
  const { failed: wrong, passed: right, runner, skipped: left } = testsOutcome.parse(ran.outcome);
  const counts = `${runner}: ${right} passed${wrong > 0 ? `, ${wrong} failed` : ''}${left > 0 ? `, ${left} skipped` : ''}`;
  if (wrong > 0) return failed('tests', counts, ran.lines);
  return right + left === 0 ? skipped('tests', `${runner} found none in tests/`) : passed('tests', counts, ran.lines);
}

interface Tried {
  outcome: unknown;
  /** Why there is no outcome. */
  why?: string;
  lines: string[];
}

async function tryOut(
  { machine, stateFolder }: LocalBuilder,
  environment: Environment,
  { name, sha256 }: TriedPlugin,
  settings: object,
): Promise<Tried> {
  const { blobs, homes, python, sandbox } = machine;
  const home = await homes.make('tryout', sandbox);
  try {
    const wrong = await unpackHere(blobs.path(sha256), home.code, 'python');
    if (wrong !== undefined) return { outcome: undefined, why: wrong, lines: [] };
    const inside = hasOwnRoot(sandbox);
    const [host, code, temp] = inside ? [hostInside, codeInside, '/tmp'] : [hostFolder, home.code, home.temp];
    const packages = installedPackages(environment);
    const folders = [[hostFolder, host], [home.code, code], ...packages.map((path) => [path, path])] as Mount[];
    const command = programCommand(sandbox, python, home, {
      argv: [python.executable, '-I', '-B', '-X', 'utf8', `${host}/tryout.py`],
      folder: temp,
      environment: { LANG: 'C.UTF-8', HOME: temp, TMPDIR: temp },
      confinement: { readOnly: folders, writable: [], tempBytes: pluginTempBytes, network: false },
      limits: { ...pluginProcessLimits, memoryBytes: builderLimits.memoryBytes },
    });
    const input = JSON.stringify({ ...settings, name, code, shims: `${host}/shims`, packages });
    const ran = await runProgram(command, { timeoutMs, outputBytesMax, input });
    const lines = ran.errors.replaceAll(stateFolder, '').split('\n').slice(0, -1);
    if (ran.ended !== 'exit') return { outcome: undefined, why: `stopped: ${ran.ended}`, lines };
    if (!ran.succeeded) return { outcome: undefined, why: `the process ended: ${ran.reason}`, lines };
    return { outcome: JSON.parse(ran.output.toString('utf8')), lines };
  } finally {
    await home.remove();
  }
}

/** Of the virtual environment that the author works in; what Python itself was installed with it sees anyway. */
function installedPackages({ VIRTUAL_ENV }: Environment): string[] {
  if (!VIRTUAL_ENV) return [];
  try {
    const versions = readdirSync(join(VIRTUAL_ENV, 'lib')).filter((folder) => /^python3\.\d+$/.test(folder));
    return versions.map((folder) => join(VIRTUAL_ENV, 'lib', folder, 'site-packages'));
  } catch {
    return [];
  }
}
