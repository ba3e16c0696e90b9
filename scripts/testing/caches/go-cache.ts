// Fills the compile cache that all test builders share, and keeps a copy in the user's cache folder. Compiling Go's standard library
// takes half a minute of CPU time, which each clone would otherwise spend.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modulesFor } from '../../../builder/server/analyses/analyzer.ts';
import { buildFlags, findGo, type Go, goSettings } from '../../../builder/server/builds/go.ts';
import { wasmTarget } from '../../../builder/server/builds/targets.ts';
import { cacheFolder } from '../../../src/cli/cache-folder.ts';
import { runCommand } from '../command.ts';
import type { TestResults } from '../outcome.ts';
import type { Task } from '../tasks.ts';

/** This cache outlives the run. */
export const goCache = 'dist/go/cache';

/** Imports of the test plugins. */
const packages = ['net', 'os/exec'];

/** Imports of the long tests' plugins, which take as long again. */
export const longTestPackages = ['net/http'];

const failedRun: TestResults = { passed: 0, failed: 1, failures: [] };

/**
 * Compiles the standard-library packages that test plugins need, and the analyzer, so that several builders don't compile them at the
 * same time. The kept copy may lack `more`.
 */
export function goPackages(name: string, more: readonly string[] = []): Task {
  return {
    name,
    run: async () => {
      const kept = join(cacheFolder(process.env), 'go-tests');
      const key = keyOf(await findGo());
      await restoreFolder(kept, key, goCache);
      const state = await mkdtemp(join(tmpdir(), 'slipway-go-packages-'));
      const args = [`BUILDER_STATE=${state}`, process.execPath, 'builder/server/warm-cache.ts', goCache];
      const ran = await runCommand('env', [...args, ...packages, ...more]);
      await rm(state, { recursive: true });
      if (ran.exitCode !== 0) return { ...ran, results: failedRun };
      await keepFolder(goCache, kept, key);
      return { ...ran, results: { passed: 0, failed: 0, failures: [] } };
    },
  };
}

/** Returns the cache's key. The key excludes the host module, which compiles in a second. Without Go, there is no folder to keep. */
function keyOf(go: Go | { reason: string }): string {
  const analyzer = (minor: number) => readFileSync(join(modulesFor(minor), 'go.sum'), 'utf8');
  const compiler = 'reason' in go ? 'none' : [go.version, go.target, analyzer(go.minor)];
  const determining = JSON.stringify([compiler, buildFlags, goSettings, wasmTarget, packages]);
  return createHash('sha256').update(determining).digest('hex');
}

/**
 * Copies the kept files for this key into the folder, unless the folder exists. A partial copy also helps, because Go compiles what is
 * missing.
 */
export async function restoreFolder(kept: string, key: string, folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await cp(join(kept, key), folder, { recursive: true }).catch(() => {});
}

/**
 * Keeps a copy of the folder under this key, unless one exists, and removes copies under other keys. Keeps none if the user's cache
 * folder isn't writable.
 */
export async function keepFolder(folder: string, kept: string, key: string): Promise<void> {
  if (existsSync(join(kept, key)) || !existsSync(folder)) return;
  // Another run may do the same, so only the first complete copy is kept.
  const scratch = join(kept, `${key}.${randomUUID()}`);
  try {
    await mkdir(kept, { recursive: true });
    const others = await readdir(kept);
    await cp(folder, scratch, { recursive: true });
    await rename(scratch, join(kept, key));
    for (const name of others) await rm(join(kept, name), { recursive: true, force: true });
  } catch {
    await rm(scratch, { recursive: true, force: true }).catch(() => {});
  }
}
