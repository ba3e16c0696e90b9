// Which sandbox works on this machine: found by starting a small plugin in each, the strongest first.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceHomes } from './instance-home.ts';
import { LogRing } from './log-ring.ts';
import type { Python } from './python.ts';
import { PythonProcess } from './python-process.ts';
import { type Sandbox, workerCommand } from './sandbox.ts';
import { type Limits, type SandboxKind, sandboxKinds } from './settings.ts';

const probeMs = 10_000;
const plugin = 'import decimal\n\n\nclass RealtimeHandler:\n    def predict(self, request):\n        return {}\n';

/** Or one line that says what was tried and how it failed. */
export async function chooseSandbox(
  wanted: SandboxKind | undefined,
  python: Python,
  homes: InstanceHomes,
  limits: Limits,
): Promise<Sandbox | string> {
  const failures: string[] = [];
  for (const sandbox of candidates(wanted)) {
    const failure = await tryStart(sandbox, python, homes, limits);
    if (failure === undefined) return sandbox;
    failures.push(`${sandbox.kind}${sandbox.ownUser ? ' with a user of its own' : ''}: ${failure}`);
  }
  return `no worker can be started here (${failures.join('; ')})`;
}

function candidates(wanted: SandboxKind | undefined): Sandbox[] {
  const isRoot = process.getuid?.() === 0;
  const kinds = sandboxKinds.filter((kind) => wanted === undefined || kind === wanted);
  return kinds.flatMap((kind): Sandbox[] => {
    if (kind !== 'process' && process.platform !== 'linux') return [];
    if (kind === 'namespaces') return [{ kind, ownUser: isRoot }];
    if (kind === 'bubblewrap' || !isRoot) return [{ kind, ownUser: false }];
    return [
      { kind, ownUser: true },
      { kind, ownUser: false },
    ];
  });
}

async function tryStart(
  sandbox: Sandbox,
  python: Python,
  homes: InstanceHomes,
  limits: Limits,
): Promise<string | undefined> {
  const home = await homes.make('probe', sandbox);
  const log = new LogRing(20, 500, Date.now);
  await writeFile(join(home.code, 'realtime.py'), plugin);
  const worker = new PythonProcess(workerCommand(sandbox, python, home, limits), limits, log);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ message: string }>((resolve) => {
    timer = setTimeout(() => resolve({ message: `no answer within ${probeMs} ms` }), probeMs);
  });
  const failure = await Promise.race([
    worker.load({ plugin: { name: 'probe', version: '1.0.0' }, dependencies: [] }, () => {}),
    late,
  ]);
  clearTimeout(timer);
  await worker.end('probed');
  await home.remove();
  return failure && `${failure.message} ${log.lines().at(-1)?.line ?? ''}`.trim();
}
