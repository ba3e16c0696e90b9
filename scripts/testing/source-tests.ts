// Finds tests in source files, for runs that couldn't load them. A parameterized test counts once.
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runCommand } from './command.ts';
import type { FailedTest } from './outcome.ts';

const listModel = z.array(z.object({ file: z.string(), name: z.string() }));

/** Returns the tests that `vitest run` with these arguments would run. */
export async function listVitestTests(args: string[]): Promise<FailedTest[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-tests-'));
  const list = join(folder, 'list.json');
  const { exitCode } = await runCommand('vitest', ['list', '--static-parse', `--json=${list}`, ...args]);
  const written = exitCode === 0 ? await readFile(list, 'utf8').catch(() => '[]') : '[]';
  await rm(folder, { recursive: true });
  return listModel.parse(JSON.parse(written));
}

export function countPythonTests(folder: string): number {
  return count(join(folder, '**/test*.py'), /^\s*(?:async )?def test_/gm);
}

export function countGoTests(folder: string): number {
  return count(join(folder, '**/*_test.go'), /^func Test\w*\(/gm);
}

function count(files: string, test: RegExp): number {
  return globSync(files).reduce((sum, path) => sum + [...readFileSync(path, 'utf8').matchAll(test)].length, 0);
}
