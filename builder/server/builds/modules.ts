// The modules that a plugin requires, downloaded before the compiler starts: by the toolchain alone, from the module proxy alone,
// checked against go.sum and the checksum database. The compiler has no network then.
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildFailed } from './build-failed.ts';
import type { BuildFolders } from './build-folders.ts';
import type { Toolchain } from './toolchain.ts';

const defaultProxy = 'https://proxy.golang.org';

/** `direct` would ask whatever hosts a go.mod names, and run version control on them. */
function proxies(configured = process.env.GOPROXY ?? ''): string {
  const kept = configured.split(/[,|]/).filter((entry) => entry !== '' && entry !== 'direct' && entry !== 'off');
  return kept.join(',') || defaultProxy;
}

/** Once for each go.mod and go.sum: the module cache keeps what it has. */
export async function downloadModules(
  toolchain: Toolchain,
  { source, work, temp }: BuildFolders,
  timeoutMs: number,
  onLine: (line: string) => void,
): Promise<void> {
  const done = join(toolchain.modules, 'slipway', await digestOf(work));
  if (await stat(done).catch(() => undefined)) return;
  const argv = [toolchain.go.executable, 'mod', 'download', '-modcacherw', `-modfile=${join(work, 'go.mod')}`];
  const env = { TMPDIR: temp, GOPROXY: proxies(), ...sumDatabase() };
  const ran = await toolchain.run(argv, source, env, { timeoutMs, onErrorLine: onLine });
  if (!ran.succeeded) throw new BuildFailed('modules-unavailable', ran.errors);
  await mkdir(join(toolchain.modules, 'slipway'), { recursive: true });
  await writeFile(done, '');
}

function sumDatabase(): Record<string, string> {
  const { GOSUMDB, GONOSUMDB } = process.env;
  return { ...(GOSUMDB === undefined ? {} : { GOSUMDB }), ...(GONOSUMDB === undefined ? {} : { GONOSUMDB }) };
}

async function digestOf(work: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum']) hash.update(await readFile(join(work, name))).update('\0');
  return hash.digest('hex');
}
