// Downloads the modules that a plugin requires, before the compiler starts without network access. Only the toolchain downloads, and
// only from the module proxy. It verifies modules against go.sum and the checksum database.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { explain } from '../processes/run-program.ts';
import { BuildFailed } from './build-failed.ts';
import type { BuildFolders } from './build-folders.ts';
import type { DownloadedModule } from './module-cache.ts';
import type { Toolchain } from './toolchain.ts';

const defaultProxy = 'https://proxy.golang.org';

/** Drops `direct`, which would let Go connect to any host in a go.mod and run version control tools on it. */
function proxies(configured = process.env.GOPROXY ?? ''): string {
  const allowed = configured.split(/[,|]/).filter((entry) => entry !== '' && entry !== 'direct' && entry !== 'off');
  return allowed.join(',') || defaultProxy;
}

/**
 * Downloads once per go.mod and go.sum pair, as long as the module cache keeps the result. Returns a function that releases the
 * modules. Rejects with a BuildFailed.
 */
export async function downloadModules(
  toolchain: Toolchain,
  { source, work, temp }: BuildFolders,
  timeoutMs: number,
  onLine: (line: string) => void,
): Promise<() => Promise<void>> {
  const argv = [toolchain.go.executable, 'mod', 'download', `-modfile=${join(work, 'go.mod')}`];
  let failure: BuildFailed | undefined;
  const release = await toolchain.moduleCache.use(await digestOf(work), async () => {
    let succeeded = false;
    try {
      const env = { TMPDIR: temp, ...moduleSources() };
      const ran = await toolchain.run(argv, source, env, { timeoutMs, onErrorLine: onLine });
      succeeded = ran.succeeded;
      if (!ran.succeeded) failure = new BuildFailed('modules-unavailable', explain(ran));
    } catch (error) {
      if (!(error instanceof BuildFailed)) throw error;
      failure = error;
    }
    // Also counts files left by a failed download.
    const listed = await toolchain.run(
      [...argv, '-json'],
      source,
      { TMPDIR: temp, GOPROXY: 'off', GOSUMDB: 'off' },
      {},
    );
    return { succeeded, modules: modulesIn(listed.output.toString('utf8')) };
  });
  if (failure === undefined) return release;
  await release();
  throw failure;
}

const downloadedSchema = z.object({ Dir: z.string(), Zip: z.string() });

/** Parses the consecutive JSON objects that `go mod download -json` prints. A module that couldn't be downloaded has no folder. */
function modulesIn(printed: string): DownloadedModule[] {
  const objects = printed.split(/(?<=^\})\n/m).filter((text) => text.trim() !== '');
  return objects.flatMap((text) => {
    const { data } = downloadedSchema.safeParse(JSON.parse(text));
    return data ? [{ folder: data.Dir, zip: data.Zip }] : [];
  });
}

/** Returns where the toolchain may download modules, and what it verifies them against. */
export function moduleSources(): Record<string, string> {
  const { GOSUMDB, GONOSUMDB } = process.env;
  const database = { ...(GOSUMDB === undefined ? {} : { GOSUMDB }), ...(GONOSUMDB === undefined ? {} : { GONOSUMDB }) };
  return { GOPROXY: proxies(), ...database };
}

async function digestOf(work: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum']) hash.update(await readFile(join(work, name))).update('\0');
  return hash.digest('hex');
}
