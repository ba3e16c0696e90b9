// Loads the bundle of all commands with V8's compiled code from an earlier run. Node's own compile cache omits functions that are
// compiled after startup, which is most of them.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { cacheFolder } from '../../src/cli/cache-folder.ts';
import type * as commands from './commands.ts';

/** The bundle's digest, inserted by package.ts, because V8 compares only the bundle's length. */
declare const bundleDigest: string;

const bundle = import.meta.resolve('./commands.js');
const folder = join(cacheFolder(process.env), 'compiled');

/**
 * `save` stores the compiled code, unless it came from the cache. There are two caches, because `lint` uses different functions than
 * commands that call a server.
 */
export function loadCommands(command: string | undefined): typeof commands & { save: () => void } {
  const name = `${bundleDigest}-${cachedDataVersionTag()}-${command === 'lint' ? 'lint' : 'commands'}`;
  const cachedData = readCache(name);
  const filename = fileURLToPath(bundle);
  const script = new Script(readFileSync(filename, 'latin1'), { filename, ...(cachedData && { cachedData }) });
  const run: (require: NodeJS.Require, url: string, resolve: (path: string) => string) => typeof commands =
    script.runInThisContext();
  const loaded = run(createRequire(bundle), bundle, (path) => new URL(path, bundle).href);
  const isCached = cachedData !== undefined && script.cachedDataRejected !== true;
  return { ...loaded, save: () => isCached || writeCache(name, script) };
}

function readCache(name: string): Buffer | undefined {
  try {
    return readFileSync(join(folder, name));
  } catch {
    return undefined;
  }
}

/** Also deletes the caches of other package versions. If no folder is writable, every start compiles. */
function writeCache(name: string, script: Script): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const other of readdirSync(folder))
      if (!other.startsWith(bundleDigest)) rmSync(join(folder, other), { recursive: true });
    const written = join(folder, `${name}.${process.pid}`);
    writeFileSync(written, script.createCachedData(), { mode: 0o600 });
    renameSync(written, join(folder, name));
  } catch {
    return;
  }
}
