// Tests the message about a file or parent folder that prevents the instances' users from reading Python.
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeWhole } from '../../../builder/server/removal/tree-remover.ts';
import { closedPythonProblem } from '../../../builder/server/sandbox/open-to-users.ts';

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
  expect(problem).toBe(
    closed &&
      `instances run as their own users, which can't read ${python}, because ${join(root, closed)} is closed to them. Set PYTHON to one that every user may read, such as /usr/bin/python3`,
  );
});
