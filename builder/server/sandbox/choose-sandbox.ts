// Chooses the strongest sandbox that works on this machine, by starting a small plugin in each.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogRing } from '../instances/log-ring.ts';
import { findOnPath } from '../processes/program-on-path.ts';
import type { Python } from '../python/python.ts';
import { pythonCommand } from '../python/python-command.ts';
import { PythonProcess } from '../python/python-process.ts';
import type { Limits, SandboxKind } from '../settings.ts';
import type { Homes } from './homes.ts';
import type { Confiner, Sandbox } from './sandbox.ts';

const probeMs = 10_000;
const plugin = 'import decimal\n\n\nclass RealtimeHandler:\n    def predict(self, request):\n        return {}\n';

/** Returns the sandbox, or one line that says what was tried and how it failed. */
export async function chooseSandbox(
  wanted: SandboxKind | undefined,
  python: Python,
  homes: Homes,
  limits: Limits,
): Promise<Sandbox | string> {
  const failures: string[] = [];
  for (const sandbox of candidates(wanted)) {
    const failure = await tryStart({ sandbox, python, limits }, homes);
    if (failure === undefined) return sandbox;
    failures.push(`${sandbox.kind}${sandbox.ownUser ? ' with its own user' : ''}: ${failure}`);
  }
  return `No sandbox works on this machine (${failures.join('; ') || `${wanted} is not available`}).`;
}

function candidates(wanted: SandboxKind | undefined): Sandbox[] {
  const isRoot = process.getuid?.() === 0;
  const bwrap = findOnPath('bwrap');
  const all: Sandbox[] = [
    { kind: 'namespaces', bwrap: undefined, ownUser: isRoot },
    { kind: 'bubblewrap', bwrap, ownUser: isRoot },
    { kind: 'process', bwrap: undefined, ownUser: isRoot },
    { kind: 'process', bwrap: undefined, ownUser: false },
  ];
  return all.filter(({ kind }) => {
    if (wanted !== undefined && kind !== wanted) return false;
    return kind === 'process' || (process.platform === 'linux' && (kind === 'namespaces' || bwrap !== undefined));
  });
}

/** Returns why the plugin could not be started. */
async function tryStart(machine: Confiner & { limits: Limits }, homes: Homes): Promise<string | undefined> {
  const { sandbox, limits } = machine;
  const home = await homes.make('probe', sandbox);
  const log = new LogRing(20, 500, Date.now);
  await writeFile(join(home.code, 'realtime.py'), plugin);
  const probed = { plugin: { name: 'probe', version: '1.0.0' }, dependencies: [] };
  const worker = new PythonProcess(pythonCommand(machine, home), limits, log, probed);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ message: string }>((resolve) => {
    timer = setTimeout(() => resolve({ message: `not ready within ${probeMs / 1000} s` }), probeMs);
  });
  const failure = await Promise.race([worker.load(() => {}), late]);
  clearTimeout(timer);
  await worker.end('probed');
  await home.remove();
  return failure && `${failure.message} ${log.since('').lines.at(-1)?.line ?? ''}`.trim();
}
