// Finds what tests use of this machine: Python, which they require, Go, Git, Node 20, uv and the package index. A test that needs one of these has the
// program's tag (`// @module-tag go` for a whole file). Without the program it is not run, and the run reports why.
import { delimiter, isAbsolute, join } from 'node:path';
import type { TestTagDefinition } from 'vitest/config';
import { findGo } from '../builder/server/builds/go.ts';
import { locationOf } from '../builder/server/environments/package-index.ts';
import { outputOf } from '../builder/server/processes/program-on-path.ts';
import { findPython } from '../builder/server/python/python.ts';
import { findGit } from '../builder/server/sources/git.ts';
import { hasUv } from '../scripts/testing/uv.ts';

export interface TestPrograms {
  provide: { python: string; node20: string; git: boolean; go: boolean };
  tags: TestTagDefinition[];
}

export async function findPrograms(): Promise<TestPrograms> {
  const [python, git, go, node20, index] = await Promise.all([
    findPython(process.env.PYTHON),
    findGit(),
    findGo(),
    findNode20(),
    findIndex(),
  ]);
  if (typeof python === 'string') throw new Error(python);
  return {
    provide: {
      python: python.executable,
      node20: 'reason' in node20 ? '' : node20.executable,
      git: !('reason' in git),
      go: !('reason' in go),
    },
    tags: [
      tag('git', 'fetches from Git repositories', git),
      tag('go', 'compiles Go', go),
      tag('node20', 'runs the bundled command line under Node 20', node20),
      tag('uv', 'installs packages from wheels', hasUv() ? {} : index),
      tag('index', 'installs packages from the package index', index),
    ],
  };
}

function tag(name: string, description: string, program: object): TestTagDefinition {
  if (!('reason' in program)) return { name, description };
  const notRun = String(program.reason).replace(' and restart the builder', '');
  return { name, description, skip: true, meta: { notRun } };
}

/** A busy machine takes seconds for a connection. One without a network refuses at once. */
const indexMs = 20_000;

async function findIndex(): Promise<{ url: string } | { reason: string }> {
  const url = locationOf('', { wheels: undefined, torch: undefined });
  try {
    const response = await fetch(`${url}/uv/`, { method: 'HEAD', signal: AbortSignal.timeout(indexMs) });
    return response.ok ? { url } : { reason: `The package index answers ${response.status}. Set UV_DEFAULT_INDEX.` };
  } catch {
    return { reason: 'The package index does not answer. Set UV_DEFAULT_INDEX to one that does.' };
  }
}

/** Searches all of PATH, because this project's own Node 24 comes first on it. */
async function findNode20(): Promise<{ executable: string } | { reason: string }> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  for (const executable of new Set(folders.map((folder) => join(folder, 'node')))) {
    if ((await outputOf(executable, ['--version']))?.startsWith('v20.')) return { executable };
  }
  return { reason: 'Node 20 is not on PATH. Install Node 20.' };
}
