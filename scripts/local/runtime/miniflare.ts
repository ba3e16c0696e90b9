// Uses Miniflare, which simulates D1, R2 and assets in workerd. State is where `wrangler dev --persist-to` keeps it, so both can be used
// on one state folder.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Miniflare, V4MiniflareOptions, V4WorkerOptions } from 'miniflare';
import { platformFolder, runtimeConfigFile, temporaryFolder } from './runtime-folder.ts';

/** How long to wait for the removal of Miniflare's temporary folder. Without it, the folders are still there. */
const removalMs = 30_000;
const removalPollMs = 10;

/** Resolves when workerd listens. It ends with this process. */
export async function startMiniflare(
  state: string,
  workers: V4WorkerOptions[],
  onLine: (line: string) => void,
): Promise<Miniflare> {
  const miniflare = await createMiniflare(state, workers, onLine);
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
  return miniflare;
}

/** Stores the configuration that Miniflare makes for these Workers, so that workerd can run without Miniflare (decision 78). */
export async function writeRuntimeConfig(state: string, workers: V4WorkerOptions[]): Promise<void> {
  const file = runtimeConfigFile(state);
  await rm(file, { force: true });
  const { MINIFLARE_WORKERD_PATH: workerd } = process.env;
  Object.assign(process.env, {
    MINIFLARE_WORKERD_PATH: fileURLToPath(import.meta.resolve('./record-runtime-config')),
    SLIPWAY_RUNTIME_CONFIG: file,
  });
  const problems: string[] = [];
  const miniflare = await createMiniflare(state, workers, (line) => problems.push(line));
  // Rejects, since the program that takes workerd's place listens nowhere.
  await miniflare.ready.catch((error) => problems.push(String(error)));
  Object.assign(process.env, { MINIFLARE_WORKERD_PATH: workerd });
  if (!existsSync(file)) throw new Error(`Miniflare made no configuration: ${problems.join('\n')}`);
  await disposeButFolders(miniflare, temporaryFolder(state));
}

/**
 * Miniflare removes its temporary folder, but the configuration names folders in it. The removal goes on after `dispose` has resolved. It
 * also reports again that nothing listened.
 */
export async function disposeButFolders(miniflare: Pick<Miniflare, 'dispose'>, temporary: string): Promise<void> {
  const entries = await readdir(temporary, { recursive: true, withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name, parentPath }) => join(parentPath, name))
    .filter((folder) => relative(temporary, folder).startsWith('miniflare-'));
  await miniflare.dispose().catch(() => {});
  const deadline = performance.now() + removalMs;
  while (folders.some((folder) => existsSync(folder)) && performance.now() < deadline) await delay(removalPollMs);
  for (const folder of folders) await mkdir(folder, { recursive: true });
}

async function createMiniflare(
  state: string,
  workers: V4WorkerOptions[],
  onLine: (line: string) => void,
): Promise<Miniflare> {
  const { convertV4MiniflareOptions, Log, LogLevel, Miniflare: Runtime } = await import('miniflare');
  class RuntimeLog extends Log {
    protected override log(message: string): void {
      onLine(message);
    }
  }
  const options: V4MiniflareOptions = {
    host: '127.0.0.1',
    port: 0,
    cf: false,
    logRequests: false,
    log: new RuntimeLog(LogLevel.WARN),
    resourcePersistencePath: join(platformFolder(state), 'v3'),
    handleStructuredLogs: ({ level, message }) => {
      if (level === 'warn' || level === 'error') onLine(message);
    },
    workers,
  };
  return new Runtime(convertV4MiniflareOptions(options));
}
