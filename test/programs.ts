// Finds the programs that tests use: Python, which they require, and Go, Git and Node 20. A test that needs one of these has the
// program's tag (`// @module-tag go` for a whole file). Without the program it is not run, and the run reports why.
import { delimiter, isAbsolute, join } from 'node:path';
import type { TestTagDefinition } from 'vitest/config';
import { findGo } from '../builder/server/builds/go.ts';
import { outputOf } from '../builder/server/processes/program-on-path.ts';
import { findPython } from '../builder/server/python/python.ts';
import { findGit } from '../builder/server/sources/git.ts';

export interface TestPrograms {
  provide: { python: string; node20: string };
  tags: TestTagDefinition[];
}

export async function findPrograms(): Promise<TestPrograms> {
  const [python, git, go, node20] = await Promise.all([
    findPython(process.env.PYTHON),
    findGit(),
    findGo(),
    findNode20(),
  ]);
  if (typeof python === 'string') throw new Error(python);
  return {
    provide: { python: python.executable, node20: 'reason' in node20 ? '' : node20.executable },
    tags: [
      tag('git', 'fetches from Git repositories', git),
      tag('go', 'compiles Go', go),
      tag('node20', 'runs the bundled command line under Node 20', node20),
    ],
  };
}

function tag(name: string, description: string, program: object): TestTagDefinition {
  if (!('reason' in program)) return { name, description };
  const notRun = String(program.reason).replace(' and restart the builder', '');
  return { name, description, skip: true, meta: { notRun } };
}

/** Searches all of PATH, because this project's own Node 24 comes first on it. */
async function findNode20(): Promise<{ executable: string } | { reason: string }> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  for (const executable of new Set(folders.map((folder) => join(folder, 'node')))) {
    if ((await outputOf(executable, ['--version']))?.startsWith('v20.')) return { executable };
  }
  return { reason: 'Node 20 is not on PATH. Install Node 20.' };
}
