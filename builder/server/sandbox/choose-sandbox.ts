// Chooses the strongest sandbox that works on this machine, by starting a plugin in each that tries to get out.
import { findOnPath } from '../processes/program-on-path.ts';
import type { Python } from '../python/python.ts';
import { pythonCommand } from '../python/python-command.ts';
import type { Limits, SandboxKind } from '../settings.ts';
import type { Homes } from './homes.ts';
import { sandboxProblem, writeProbe } from './probe.ts';
import type { Confiner, Sandbox } from './sandbox.ts';

/** Returns the sandbox, or one line that says what was tried and how it failed. */
export async function chooseSandbox(
  wanted: SandboxKind | undefined,
  python: Python,
  homes: Homes,
  limits: Limits,
): Promise<Sandbox | string> {
  const failures: string[] = [];
  for (const sandbox of candidates(wanted)) {
    const failure = await probe({ sandbox, python, limits }, homes);
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

/** Returns why the sandbox can't be used. */
async function probe(machine: Confiner & { limits: Limits }, homes: Homes): Promise<string | undefined> {
  const { sandbox, limits } = machine;
  const home = await homes.make('probe', sandbox);
  try {
    await writeProbe(home);
    return await sandboxProblem(pythonCommand(machine, home), sandbox, home, limits);
  } finally {
    await home.remove();
  }
}
