// Builds the npm package once for all tests that run the CLI, because it starts three times as fast as the sources. The tests share a
// cache that is separate from the user's.
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildPackage } from '../scripts/bundle/package.ts';

export default async function buildCli(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-cli-package-'));
  await buildPackage(folder);
  // In a closed cache, root's commands would move their files to /var/lib/slipway.
  await chmod(folder, 0o711);
  await mkdir(join(folder, 'cache/slipway'), { recursive: true, mode: 0o711 });
  project.provide('cli', join(folder, 'dist/cli/slipway.js'));
  project.provide('cliCache', join(folder, 'cache'));
  return () => rm(folder, { recursive: true, force: true });
}
