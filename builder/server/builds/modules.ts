// Downloads the modules that a plugin requires, before the compiler starts without network access. Only the toolchain downloads,
// only from the module proxy, and it verifies modules against go.sum and the checksum database.
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explain } from '../processes/run-program.ts';
import { BuildFailed } from './build-failed.ts';
import type { BuildFolders } from './build-folders.ts';
import type { Toolchain } from './toolchain.ts';

const defaultProxy = 'https://proxy.golang.org';

/** Drops `direct`, which would connect to any host that a go.mod names and run version control on it. */
function proxies(configured = process.env.GOPROXY ?? ''): string {
  const allowed = configured.split(/[,|]/).filter((entry) => entry !== '' && entry !== 'direct' && entry !== 'off');
  return allowed.join(',') || defaultProxy;
}

/** Runs once for each pair of go.mod and go.sum, because the module cache is never pruned. Rejects with a BuildFailed. */
export async function downloadModules(
  toolchain: Toolchain,
  { source, work, temp }: BuildFolders,
  timeoutMs: number,
  onLine: (line: string) => void,
): Promise<void> {
  const done = join(toolchain.modules, 'slipway', await digestOf(work));
  if (await stat(done).catch(() => undefined)) return;
  const argv = [toolchain.go.executable, 'mod', 'download', '-modcacherw', `-modfile=${join(work, 'go.mod')}`];
  const env = { TMPDIR: temp, ...moduleSources() };
  const ran = await toolchain.run(argv, source, env, { timeoutMs, onErrorLine: onLine });
  if (!ran.succeeded) throw new BuildFailed('modules-unavailable', explain(ran));
  await mkdir(join(toolchain.modules, 'slipway'), { recursive: true });
  await writeFile(done, '');
}

/** Where the toolchain may download modules, and what it verifies them against. */
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
