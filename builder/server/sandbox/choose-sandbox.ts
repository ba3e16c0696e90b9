// Which sandbox works on this machine: found by starting a small plugin in each, the strongest first.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { LogRing } from '../instances/log-ring.ts';
import type { Python } from '../python/python.ts';
import { pythonCommand } from '../python/python-command.ts';
import { PythonProcess } from '../python/python-process.ts';
import type { Limits, SandboxKind } from '../settings.ts';
import type { Homes } from './homes.ts';
import type { Sandbox } from './sandbox.ts';

const probeMs = 10_000;
const plugin = 'import decimal\n\n\nclass RealtimeHandler:\n    def predict(self, request):\n        return {}\n';

/** Or one line that says what was tried and how it failed. */
export async function chooseSandbox(
  wanted: SandboxKind | undefined,
  python: Python,
  homes: Homes,
  limits: Limits,
): Promise<Sandbox | string> {
  const failures: string[] = [];
  for (const sandbox of candidates(wanted)) {
    const failure = await tryStart(sandbox, python, homes, limits);
    if (failure === undefined) return sandbox;
    failures.push(`${sandbox.kind}${sandbox.ownUser ? ' with a user of its own' : ''}: ${failure}`);
  }
  return `no worker can be started here (${failures.join('; ') || `${wanted} is not to be had`})`;
}

function candidates(wanted: SandboxKind | undefined): Sandbox[] {
  const isRoot = process.getuid?.() === 0;
  const bwrap = findBwrap();
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

function findBwrap(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, 'bwrap')).find((path) => existsSync(path));
}

async function tryStart(sandbox: Sandbox, python: Python, homes: Homes, limits: Limits): Promise<string | undefined> {
  const home = await homes.make('probe', sandbox);
  const log = new LogRing(20, 500, Date.now);
  await writeFile(join(home.code, 'realtime.py'), plugin);
  const probed = { plugin: { name: 'probe', version: '1.0.0' }, dependencies: [] };
  const worker = new PythonProcess(pythonCommand(sandbox, python, home, limits), limits, log, probed);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ message: string }>((resolve) => {
    timer = setTimeout(() => resolve({ message: `no answer within ${probeMs} ms` }), probeMs);
  });
  const failure = await Promise.race([worker.load(() => {}), late]);
  clearTimeout(timer);
  await worker.end('probed');
  await home.remove();
  return failure && `${failure.message} ${log.since('').lines.at(-1)?.line ?? ''}`.trim();
}
