// Finds the programs that tests use: Python, which is required, and Go, Git, Node 20, promtool, uv, Ray, the package index, namespaces
// and root's rights. A test that needs one of the latter has its tag (`// @module-tag go` for a whole file). On a machine without it, the
// test is skipped, and the run reports why.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { TestTagDefinition } from 'vitest/config';
import { findGo } from '../builder/server/builds/go.ts';
import { fileLocation } from '../builder/server/environments/package-index.ts';
import { findOnPath, programOutput } from '../builder/server/programs/program-on-path.ts';
import { findPython } from '../builder/server/programs/python.ts';
import { openMounts } from '../builder/server/sandbox/disk-mounts.ts';
import { findGit } from '../builder/server/sources/git.ts';
import { hasRay } from '../scripts/ray/install.ts';
import { hasUv } from '../scripts/testing/uv.ts';

export interface TestPrograms {
  provide: { python: string; node20: string; git: boolean; go: boolean; namespaces: boolean };
  tags: TestTagDefinition[];
}

export async function findPrograms(): Promise<TestPrograms> {
  const [git, go, node20, index, promtool, python] = await Promise.all([
    findGit(),
    findGo(),
    findNode20(),
    findIndex(),
    findPromtool(),
    findPython(process.env.PYTHON),
  ]);
  if (typeof python === 'string') throw new Error(python);
  const namespaces = await findNamespaces(python.executable);
  return {
    provide: {
      python: python.executable,
      node20: 'reason' in node20 ? '' : node20.executable,
      git: !('reason' in git),
      go: !('reason' in go),
      namespaces: !('reason' in namespaces),
    },
    tags: [
      tag('git', 'fetches from Git repositories', git),
      tag('go', 'compiles Go', go),
      tag('ssh', 'fetches over SSH', findSsh()),
      tag('node20', 'runs the bundled command line under Node 20', node20),
      tag('promtool', 'checks what Prometheus reads', promtool),
      tag('uv', 'installs packages from wheels', hasUv() ? {} : index),
      tag('index', 'installs packages from the package index', index),
      tag('ray', 'runs a real Ray', (await hasRay(python.executable)) ? {} : index),
      tag('root', 'runs a builder as root', isRoot ? {} : { reason: 'Run these tests as root.' }),
      tag('mounts', 'mounts folders as root', await findMounts(python)),
      tag('immutable', 'makes files that root may not remove', await findImmutable()),
      tag('namespaces', 'runs plugins in a root and a network of their own', namespaces),
    ],
  };
}

const isRoot = process.getuid?.() === 0;

/** Mounts a folder in memory and one on an image, as a builder that runs as root does. */
async function findMounts(python: { executable: string }): Promise<object> {
  return withFolder(async (folder) => {
    const mounts = await openMounts(python, folder);
    if (mounts === undefined) return { reason: 'Run these tests as root.' };
    const problem = mounts.problems.memory ?? mounts.problems.image;
    return problem === null ? {} : { reason: `Root can't mount folders here: ${problem}.` };
  });
}

function findImmutable(): Promise<object> {
  return withFolder(async (folder) => {
    const marks = ['+i', '-i'].map((flag) => spawnSync('chattr', [flag, folder]).status);
    return marks.every((status) => status === 0) ? {} : { reason: "Root can't make files immutable here." };
  });
}

async function withFolder(find: (folder: string) => Promise<object>): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-programs-'));
  try {
    return await find(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function findSsh(): object {
  const missing = ['ssh', 'ssh-agent', 'ssh-add'].filter((program) => findOnPath(program) === undefined);
  if (missing.length > 0) return { reason: `There is no ${missing.join(', ')} on PATH. Install OpenSSH's client.` };
  // OpenSSH doesn't run for a user that the system doesn't know.
  const knows = spawnSync('ssh', ['-G', 'localhost']).status === 0;
  return knows ? {} : { reason: `OpenSSH knows no user ${process.getuid?.()}. Give this one an entry in /etc/passwd.` };
}

/** Requests namespaces as the strongest sandbox does, and also a mount, which some distributions refuse even in namespaces. */
const unshareScript = `
import ctypes, os
libc = ctypes.CDLL(None)
flags = 0x00020000 | 0x40000000 | (0x10000000 if os.getuid() else 0)
raise SystemExit(libc.unshare(flags) or libc.mount(b"none", b"/", None, 0x44000, None))
`;

async function findNamespaces(python: string): Promise<object> {
  const output = await programOutput(python, ['-I', '-c', unshareScript]);
  return output === undefined ? { reason: 'This machine refuses namespaces. Allow user namespaces.' } : {};
}

function tag(name: string, description: string, program: object): TestTagDefinition {
  if (!('reason' in program)) return { name, description };
  const notRun = String(program.reason).replace(' and restart the builder', '');
  return { name, description, skip: true, meta: { notRun } };
}

/** A busy machine takes seconds to connect, and a machine without a network fails immediately. */
const indexMs = 20_000;

async function findIndex(): Promise<{ url: string } | { reason: string }> {
  const url = fileLocation('', { wheels: undefined });
  try {
    const response = await fetch(`${url}/uv/`, { method: 'HEAD', signal: AbortSignal.timeout(indexMs) });
    return response.ok ? { url } : { reason: `The package index answers ${response.status}. Set UV_DEFAULT_INDEX.` };
  } catch {
    return { reason: 'The package index does not answer. Set UV_DEFAULT_INDEX to one that does.' };
  }
}

async function findPromtool(): Promise<object> {
  const output = await programOutput('promtool', ['--version']);
  return output === undefined ? { reason: "promtool is not on PATH. Install Debian's prometheus." } : {};
}

/** Searches all folders in PATH, because this project's own Node 24 comes first. */
async function findNode20(): Promise<{ executable: string } | { reason: string }> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  for (const executable of new Set(folders.map((folder) => join(folder, 'node')))) {
    if ((await programOutput(executable, ['--version']))?.startsWith('v20.')) return { executable };
  }
  return { reason: 'Node 20 is not on PATH. Install Node 20.' };
}
