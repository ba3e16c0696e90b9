// Installs generators of clients into dist/generated-clients and runs them on a copy of openapi.json. Needs network access.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEnvironment } from '../testing/uv.ts';

export const root = fileURLToPath(import.meta.resolve('../..'));
export const folder = join(root, 'dist/generated-clients');
export const document = join(folder, 'openapi.json');

export function run(command: string, args: string[], cwd = folder): void {
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod' } });
  if (ran.status === 0) return;
  throw new Error(`${command} ${args.join(' ')} failed:\n${ran.error?.message ?? ''}${ran.stdout}\n${ran.stderr}`);
}

export const npmInstall = (...packages: string[]) =>
  run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, ...packages]);

export const venv = join(folder, 'venv');

export async function pipInstall(...packages: string[]): Promise<void> {
  const failed = await createEnvironment(venv, 'python3', packages);
  if (failed) throw new Error(failed.output);
}
