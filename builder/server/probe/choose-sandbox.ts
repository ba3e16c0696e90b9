// Chooses the strongest sandbox that confines plugins on this machine: it starts a plugin that tries to get out of each one. There is
// no fallback: if none works, the builder doesn't start.
import type { CgroupKind, SandboxKind } from '../../../src/contract/builder/instances.ts';
import type { Limits, Settings } from '../core/settings.ts';
import type { Python } from '../programs/python.ts';
import { pluginFolders, pythonCommand } from '../python/python-command.ts';
import type { Homes } from '../sandbox/homes.ts';
import { type NamespacesAdvice, namespacesAdvice } from '../sandbox/namespaces-advice.ts';
import { closedFolderProblem, closedPythonProblem } from '../sandbox/open-to-users.ts';
import { pluginProcessLimits } from '../sandbox/process-limits.ts';
import { type Confiner, hasOwnRoot, type Sandbox } from '../sandbox/sandbox.ts';
import { closedFileProblem } from './closed-file.ts';
import { sandboxProblem, writeProbe } from './probe.ts';

/** Returns the sandbox, or one line that says what was tried, how it failed, and how to fix it. */
export async function chooseSandbox(
  settings: Pick<Settings, 'sandbox' | 'single' | 'limits'>,
  python: Python,
  homes: Homes,
): Promise<Sandbox | string> {
  const failures: Failure[] = [];
  for (const sandbox of candidates(settings, homes.cgroups?.version ?? 'none')) {
    const failure = await probe({ sandbox, python, limits: settings.limits }, homes);
    if (failure === undefined)
      return hasOwnRoot(sandbox) ? sandbox : { ...sandbox, withoutNamespaces: reason(settings, failures) };
    failures.push({ ...failure, name: `${sandbox.kind}${sandbox.ownUser ? ' with its own user' : ''}` });
  }
  if (process.platform !== 'linux') return `Plugins can only be confined on Linux. ${unconfined}`;
  const tried = failures.map(({ name, problem }) => `${name}: ${problem}`).join('; ') || notOffered(settings.sandbox);
  return [`No sandbox confines plugins on this machine (${tried}).`, ...advice(failures)].join(' ');
}

interface Failure {
  /** The sandbox's kind and user. */
  name: string;
  /** A clause. */
  problem: string;
  /** Set if a closed file or folder is the only cause, so that no other sandbox or machine is needed. */
  fix?: string;
}

/** Returns the sentences that say what helps: opening a file or, if the kernel refuses the sandbox, what allows it. */
function advice(failures: readonly Failure[]): string[] {
  const fixes = new Set(failures.flatMap(({ fix }) => (fix === undefined ? [] : [`${fix}.`])));
  if (fixes.size > 0) return [...fixes];
  const isRefused = (refusal: string) => failures.some(({ problem }) => problem.includes(refusal));
  return [
    ...(isRefused(namespacesRefused) ? [namespacesAdvice().fix] : []),
    ...(isRefused(landlockMissing) ? ['Use Linux 5.13 or newer, with Landlock.'] : []),
    unconfined,
  ];
}

function reason({ sandbox }: Pick<Settings, 'sandbox'>, [namespaces]: readonly Failure[]): NamespacesAdvice {
  if (sandbox !== undefined)
    return { why: `BUILDER_SANDBOX is ${sandbox}`, fix: 'Remove the setting to use the strongest sandbox.' };
  return namespaces?.fix === undefined ? namespacesAdvice() : { why: namespaces.problem, fix: `${namespaces.fix}.` };
}

/** How host-python reports what the kernel refuses (slipway_host/namespaces.py and landlock.py). */
const namespacesRefused = 'the kernel refuses namespaces';
const landlockMissing = 'the kernel has no Landlock';

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
async function probe(machine: Confiner & { limits: Limits }, homes: Homes): Promise<Omit<Failure, 'name'> | undefined> {
  const { sandbox, python, limits } = machine;
  if (sandbox.ownUser && !hasOwnRoot(sandbox)) {
    const closed = (await closedPythonProblem(python)) ?? (await closedFolderProblem(homes.folder));
    if (closed) return closed;
  }
  // Root without capabilities, as in some containers, can't give folders to other users.
  const home = await homes.make({ kind: 'probe' }, sandbox, pluginProcessLimits(limits)).catch(messageOf);
  if (typeof home === 'string') return { problem: home };
  try {
    await writeProbe(home);
    const problem = await sandboxProblem(pythonCommand(machine, home), sandbox, home, limits);
    if (problem === undefined) return undefined;
    return (await closedFileProblem(problem, pluginFolders(home))) ?? { problem };
  } finally {
    await home.remove();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
