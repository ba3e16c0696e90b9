// Tests the messages about a file or parent folder that prevents the instances' users from reading Python or Go.
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closedGoProblem } from '../../../builder/server/builds/try-go.ts';
import { removeWhole } from '../../../builder/server/removal/tree-remover.ts';
import { closedPythonProblem } from '../../../builder/server/sandbox/open-to-users.ts';
import type { Mount } from '../../../builder/server/sandbox/sandbox.ts';

const described = { packages: [], version: '3.11.0', target: { python: '3.11', platform: 'x86_64-manylinux_2_36' } };

test.each([
  ['open files', 0o755, 0o644, undefined],
  ['a file that others may not read', 0o755, 0o640, 'lib/encodings.py'],
  ['a folder that others may not pass', 0o750, 0o644, 'lib'],
  ['a folder that others may pass, but not list', 0o711, 0o644, undefined],
])('a Python of %s is reported with the closed path', async (_, folderMode, fileMode, closed) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-python-'));
  onTestFinished(async () => {
    await removeWhole(root);
  });
  chmodSync(root, 0o755);
  const [python, library] = [join(root, 'python'), join(root, 'lib/encodings.py')];
  mkdirSync(join(root, 'lib'));
  writeFileSync(python, '');
  chmodSync(python, 0o755);
  writeFileSync(library, '');
  chmodSync(library, fileMode);
  chmodSync(join(root, 'lib'), folderMode);
  const problem = await closedPythonProblem({ ...described, executable: python, files: [python, library] });
  expect(problem).toEqual(
    closed && {
      problem: `instances run as their own users, which can't read ${python}, because ${join(root, closed)} is closed to them`,
      fix: 'Set PYTHON to one that every user may read, such as /usr/bin/python3',
    },
  );
});

test.each([
  ['the home folder above it', 'home', 0o700, 'x'],
  ['its own folder', 'home/go', 0o711, 'rx'],
])('a Go behind %s is reported with the closed path, and the command that opens it', async (_, closed, mode, right) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-go-'));
  onTestFinished(async () => {
    await removeWhole(folder);
  });
  chmodSync(folder, 0o755);
  const root = join(folder, 'home/go');
  mkdirSync(root, { recursive: true });
  const executable = join(root, 'go');
  writeFileSync(executable, '', { mode: 0o755 });
  const go = { executable, root, mounts: [[root, root]] satisfies Mount[] };
  expect(await closedGoProblem(go)).toBeUndefined();
  chmodSync(join(folder, closed), mode);
  expect(await closedGoProblem(go)).toEqual({
    problem: `Compilers run as their own users, which can't read ${root}, because ${join(folder, closed)} is closed to them`,
    fix: `Run \`chmod o+${right} ${join(folder, closed)}\`, or install Go where every user may read it, such as /usr/local/go`,
  });
});
