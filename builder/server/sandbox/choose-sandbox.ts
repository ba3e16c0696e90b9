// Chooses the strongest sandbox that confines plugins on this machine: it starts a plugin that tries to get out of each one. There is
// no fallback: if none works, the builder doesn't start.

import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CgroupKind, SandboxKind } from '../../../src/contract/builder/instances.ts';
import type { Python } from '../python/python.ts';
import { pythonCommand } from '../python/python-command.ts';
import type { Limits, Settings } from '../settings.ts';
import type { Homes } from './homes.ts';
import { sandboxProblem, writeProbe } from './probe.ts';
import { pluginProcessLimits } from './process-limits.ts';
import { type Confiner, hasOwnRoot, type Sandbox } from './sandbox.ts';

const othersMayRead = 0o004;
const othersMayPass = 0o001;

/** Returns why the instances' users can't run this Python, and how to fix it. */
export async function closedPythonProblem({ executable, files }: Python): Promise<string | undefined> {
  for (const path of files) {
    const closed = await closedPath(path);
    if (closed !== undefined)
      return `instances run as their own users, which can't read ${executable}, because ${closed} is closed to them. Set PYTHON to one that every user may read, such as /usr/bin/python3`;
  }
  return undefined;
}

/** Returns the first folder on the path that is closed to others, or the path itself. */
async function closedPath(path: string): Promise<string | undefined> {
  const above = foldersAbove(path);
  for (const folder of above) if (!((await stat(folder)).mode & othersMayPass)) return folder;
  return (await stat(path)).mode & othersMayRead ? undefined : path;
}

/** Returns the folders above a path, starting at the root. */
function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersAbove(folder), folder];
}

/** Returns the sandbox, or one line that says what was tried, how it failed, and how to fix it. */
export async function chooseSandbox(
  settings: Pick<Settings, 'sandbox' | 'single' | 'limits'>,
  python: Python,
  homes: Homes,
): Promise<Sandbox | string> {
  const failures: string[] = [];
  for (const sandbox of candidates(settings, homes.cgroups?.version ?? 'none')) {
    const failure = await probe({ sandbox, python, limits: settings.limits }, homes);
    if (failure === undefined) return sandbox;
    failures.push(`${sandbox.kind}${sandbox.ownUser ? ' with its own user' : ''}: ${failure}`);
  }
  if (process.platform !== 'linux') return `Plugins can only be confined on Linux. ${unconfined}`;
  const tried = failures.join('; ') || notOffered(settings.sandbox);
  return `No sandbox confines plugins on this machine (${tried}). ${process.getuid?.() === 0 ? rootHint : hint}`;
}

const unconfined = 'For development only, BUILDER_SANDBOX=none runs plugins unconfined.';
const hint = `Run the builder as root or allow user namespaces, or use a kernel with Landlock (Linux 5.13). ${unconfined}`;

const rootHint = `A builder that runs as root never runs plugins as root: provide what the kinds above lack, or run it as another user. ${unconfined}`;

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
  const closed = sandbox.ownUser && !hasOwnRoot(sandbox) ? await closedPythonProblem(python) : undefined;
  if (closed !== undefined) return closed;
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
