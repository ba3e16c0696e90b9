// Downloads the modules that a plugin requires, before the compiler starts without network access. Only the toolchain downloads, and
// only from the module proxy. It verifies modules against go.sum and the checksum database.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ageMs } from '../../../src/contract/advisories.ts';
import { explain } from '../programs/run-program.ts';
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

/**
 * Throws a BuildFailed that names the modules younger than the age. A module's time is its commit's, as the proxy states it.
 * Private modules come with the source and have none (`isPrivateCopy`); their organization decided to use them.
 */
export async function requireOldModules(
  toolchain: Toolchain,
  { source, work, temp }: BuildFolders,
  olderThan: string,
): Promise<void> {
  const argv = [toolchain.go.executable, 'mod', 'download', `-modfile=${join(work, 'go.mod')}`, '-json'];
  const listed = await toolchain.run(argv, source, { TMPDIR: temp, GOPROXY: 'off', GOSUMDB: 'off' }, {});
  if (!listed.succeeded) throw new BuildFailed('modules-unavailable', explain(listed));
  const young: string[] = [];
  for (const { Path, Version, Info } of objectsIn(listed.output.toString('utf8'), timedSchema)) {
    const info = infoSchema.safeParse(JSON.parse(await readFile(Info, 'utf8'))).data;
    const at = Date.parse(info?.Time ?? '');
    // Go writes the year 1 for a time that it doesn't know.
    if (!(at > 0)) young.push(`The module proxy doesn't say when ${Path} ${Version} was made.`);
    else if (at > Date.now() - ageMs(olderThan))
      young.push(
        `${Path} ${Version} was made at ${secondsText(at)}, and is old enough from ${secondsText(at + ageMs(olderThan))}.`,
      );
  }
  if (young.length === 0) return;
  const rule = `\`dependencies_older_than\` allows only modules that are at least ${olderThan} old. Require older versions, or wait.`;
  throw new BuildFailed('modules-too-young', [...young, rule].join('\n'));
}

function secondsText(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

const timedSchema = z.object({ Path: z.string(), Version: z.string(), Info: z.string() });
const infoSchema = z.object({ Time: z.string() });

const downloadedSchema = z.object({ Dir: z.string(), Zip: z.string() });

function modulesIn(printed: string): DownloadedModule[] {
  return objectsIn(printed, downloadedSchema).map(({ Dir, Zip }) => ({ folder: Dir, zip: Zip }));
}

/** Parses the consecutive JSON objects that `go mod download -json` prints. A module that couldn't be downloaded has no folder. */
function objectsIn<T>(printed: string, schema: z.ZodType<T>): T[] {
  const objects = printed.split(/(?<=^\})\n/m).filter((text) => text.trim() !== '');
  return objects.flatMap((text) => schema.safeParse(JSON.parse(text)).data ?? []);
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
