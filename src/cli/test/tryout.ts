// Loads a plugin's schemas and runs its tests, with builder/host-python/tryout.py. The process is sandboxed like a worker, but can import
// the packages installed on this machine, such as pytest.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { unpackHere } from '../../../builder/server/blobs/unpack.ts';
import { pluginProcessLimits } from '../../../builder/server/sandbox/process-limits.ts';
import { programCommand } from '../../../builder/server/sandbox/program-command.ts';
import { basicVariables, hasOwnRoot, type Mount, tempInside } from '../../../builder/server/sandbox/sandbox.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import type { Environment } from '../connection/settings.ts';
import { type Check, failedCheck, passedCheck, skippedCheck } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

export interface TestedPlugin {
  name: string;
  sha256: string;
  /** Folders with the plugin's installed dependencies. */
  packages?: string[];
}

const timeoutMs = 120_000;
const outputBytesMax = 1024 * 1024;
const codeInside = '/plugin';
const hostInside = '/slipway';

const testsOutcome = z.object({
  runner: z.string(),
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  /** Why the counts are incomplete. */
  problem: z.string().nullable(),
});

/** Runs the plugin's tests. A run that skips every test doesn't pass. */
export async function checkTests(
  builder: LocalBuilder,
  environment: Environment,
  plugin: TestedPlugin,
): Promise<Check> {
  const ran = await runTryout(builder, environment, plugin, { mode: 'tests' });
  if (ran.why !== undefined) return failedCheck('tests', ran.why, ran.lines);
  const { failed: wrong, passed: right, problem, runner, skipped: left } = testsOutcome.parse(ran.outcome);
  const counts = `${runner}: ${right} passed${wrong > 0 ? `, ${wrong} failed` : ''}${left > 0 ? `, ${left} skipped` : ''}`;
  if (problem !== null) return failedCheck('tests', `${counts}; ${problem}`, ran.lines);
  if (wrong > 0) return failedCheck('tests', counts, ran.lines);
  if (right > 0) return passedCheck('tests', counts, ran.lines);
  return skippedCheck('tests', left > 0 ? counts : `${runner} found no tests in tests/`, ran.lines);
}

export interface TryoutResult {
  outcome: unknown;
  /** The reason if there is no outcome. */
  why?: string;
  lines: string[];
}

export async function runTryout(
  { machine, run, stateFolder }: LocalBuilder,
  environment: Environment,
  { name, packages: declared = [], sha256 }: TestedPlugin,
  settings: object,
): Promise<TryoutResult> {
  const { blobs, homes, python, sandbox } = machine;
  const limits = pluginProcessLimits(builderLimits);
  const home = await homes.make({ kind: 'tryout' }, sandbox, limits);
  try {
    const wrong = await unpackHere(blobs.path(sha256), home.code, 'python');
    if (wrong !== undefined) return { outcome: undefined, why: wrong, lines: [] };
    const inside = hasOwnRoot(sandbox);
    const [host, code] = inside ? [hostInside, codeInside] : [home.host, home.code];
    const temp = tempInside(sandbox, home);
    const packages = [...declared, ...installedPackages(environment)];
    const folders = [
      [home.host, host],
      [home.code, code],
      ...[...python.packages, ...packages].map((path) => [path, path]),
    ] as Mount[];
    const command = programCommand(machine, home, {
      argv: [python.executable, '-I', '-B', '-X', 'utf8', `${host}/tryout.py`],
      folder: temp,
      environment: basicVariables(temp),
      confinement: { readOnly: folders, writable: [], network: false },
      limits,
    });
    const input = JSON.stringify({ ...settings, name, code, shims: `${host}/shims`, packages });
    const ran = await run(command, { timeoutMs, outputBytesMax, input });
    const lines = ran.errors.replaceAll(stateFolder, '').split('\n').slice(0, -1);
    if (ran.ended !== 'exit') return { outcome: undefined, why: `stopped: ${ran.ended}`, lines };
    if (!ran.succeeded) return { outcome: undefined, why: `the process exited: ${ran.reason}`, lines };
    // The plugin's code runs in this process and may end it with any exit code.
    if (ran.output.length === 0)
      return { outcome: undefined, why: "the plugin's code ended the process before there was a result", lines };
    return { outcome: JSON.parse(ran.output.toString('utf8')), lines };
  } finally {
    await home.remove();
  }
}

/** Returns the packages of the active virtual environment. Python finds its own packages without help. */
function installedPackages({ VIRTUAL_ENV }: Environment): string[] {
  if (!VIRTUAL_ENV) return [];
  try {
    const versions = readdirSync(join(VIRTUAL_ENV, 'lib')).filter((folder) => /^python3\.\d+$/.test(folder));
    return versions.map((folder) => join(VIRTUAL_ENV, 'lib', folder, 'site-packages'));
  } catch {
    return [];
  }
}
