// Chooses the strongest sandbox that confines plugins on this machine: it starts a plugin that tries to get out of each one. There is
// no fallback: if none works, the builder doesn't start.
import type { CgroupKind, SandboxKind } from '../../../src/contract/builder/instances.ts';
import type { Limits, Settings } from '../core/settings.ts';
import type { Python } from '../programs/python.ts';
import { pythonCommand } from '../python/python-command.ts';
import type { Homes } from '../sandbox/homes.ts';
import { type NamespacesAdvice, namespacesAdvice } from '../sandbox/namespaces-advice.ts';
import { closedFolderProblem, closedPythonProblem } from '../sandbox/open-to-users.ts';
import { pluginProcessLimits } from '../sandbox/process-limits.ts';
import { type Confiner, hasOwnRoot, type Sandbox } from '../sandbox/sandbox.ts';
import { sandboxProblem, writeProbe } from './probe.ts';

/** Returns the sandbox, or one line that says what was tried, how it failed, and how to fix it. */
export async function chooseSandbox(
  settings: Pick<Settings, 'sandbox' | 'single' | 'limits'>,
  python: Python,
  homes: Homes,
): Promise<Sandbox | string> {
  const failures: string[] = [];
  for (const sandbox of candidates(settings, homes.cgroups?.version ?? 'none')) {
    const failure = await probe({ sandbox, python, limits: settings.limits }, homes);
    if (failure === undefined)
      return hasOwnRoot(sandbox) ? sandbox : { ...sandbox, withoutNamespaces: reason(settings) };
    failures.push(`${sandbox.kind}${sandbox.ownUser ? ' with its own user' : ''}: ${failure}`);
  }
  if (process.platform !== 'linux') return `Plugins can only be confined on Linux. ${unconfined}`;
  const tried = failures.join('; ') || notOffered(settings.sandbox);
  const help =
    settings.sandbox === undefined ? `${namespacesAdvice().fix} Or use Linux 5.13 or newer, with Landlock. ` : '';
  return `No sandbox confines plugins on this machine (${tried}). ${help}${unconfined}`;
}

function reason({ sandbox }: Pick<Settings, 'sandbox'>): NamespacesAdvice {
  return sandbox === undefined
    ? namespacesAdvice()
    : { why: `BUILDER_SANDBOX is ${sandbox}`, fix: 'Remove the setting to use the strongest sandbox.' };
}

const unconfined = 'For development only, BUILDER_SANDBOX=none runs plugins unconfined.';

function notOffered(wanted: SandboxKind | undefined): string {
  return wanted === 'vm' ? 'vm needs root, and BUILDER_SINGLE=1' : 'none was tried';
}

function candidates({ sandbox: wanted, single }: Pick<Settings, 'sandbox' | 'single'>, cgroup: CgroupKind): Sandbox[] {
  const isRoot = process.getuid?.() === 0;
  if (wanted === 'none')
    return [true, false]
      .filter((ownUser) => isRoot || !ownUser)
      .map((ownUser) => ({ kind: 'none', ownUser, cgroup: 'none' }));
  if (process.platform !== 'linux') return [];
  const all: Sandbox[] = [
    { kind: 'namespaces', ownUser: isRoot, cgroup },
    { kind: 'landlock', ownUser: isRoot, cgroup },
    ...(isRoot && single ? [{ kind: 'vm', ownUser: true, cgroup } as const] : []),
  ];
  return all.filter(({ kind }) => wanted === undefined || kind === wanted);
}

/** Returns the reason if the sandbox can't be used. */
async function probe(machine: Confiner & { limits: Limits }, homes: Homes): Promise<string | undefined> {
  const { sandbox, python, limits } = machine;
  if (sandbox.ownUser && !hasOwnRoot(sandbox)) {
    const closed = (await closedPythonProblem(python)) ?? (await closedFolderProblem(homes.folder));
    if (closed !== undefined) return closed;
  }
  // Root without capabilities, as in some containers, can't give folders to other users.
  const home = await homes.make({ kind: 'probe' }, sandbox, pluginProcessLimits(limits)).catch(messageOf);
  if (typeof home === 'string') return home;
  try {
    await writeProbe(home);
    return await sandboxProblem(pythonCommand(machine, home), sandbox, home, limits);
  } finally {
    await home.remove();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
