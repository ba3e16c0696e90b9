// Starts Miniflare, which runs workerd as a child of this process and restarts it if it dies. State is where `wrangler dev
// --persist-to` keeps it, so both can be used on one state folder.
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Miniflare, V4MiniflareOptions, V4WorkerOptions } from 'miniflare';
import { z } from 'zod';
import { readableMessage } from './runtime-messages.ts';

/** The folder that `--persist-to` names. */
export function platformFolder(state: string): string {
  return join(state, 'platform');
}

/** Sets the environment that workerd and Miniflare read from this process. */
export async function prepareRuntime(state: string, python: string): Promise<void> {
  const { default: workerd } = z
    .object({ default: z.string() })
    .parse(createRequire(import.meta.resolve('miniflare'))('workerd'));
  const temporary = join(platformFolder(state), 'tmp');
  // A killed start leaves its temporary files.
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  Object.assign(process.env, {
    TMPDIR: temporary,
    // No orphaned workerd.
    MINIFLARE_WORKERD_PATH: fileURLToPath(import.meta.resolve('./workerd-with-parent')),
    SLIPWAY_PYTHON: python,
    SLIPWAY_WORKERD: workerd,
    // A full collection stops workerd for up to 60 ms. With this, it does not begin before there is this much garbage, in MiB.
    MINIFLARE_WORKERD_V8_FLAGS: '--initial-old-space-size=128',
  });
}

export interface RuntimeOptions {
  state: string;
  workers: V4WorkerOptions[];
  /** Prints every line that the Workers log, not only warnings and errors. */
  verbose: boolean;
  onLine(line: string): void;
  /** Called when workerd runs again after it died. */
  onRestart?(): void;
}

/** Resolves when workerd listens. */
export async function startMiniflare({
  state,
  workers,
  verbose,
  onLine,
  onRestart,
}: RuntimeOptions): Promise<Miniflare> {
  const { convertV4MiniflareOptions, Log, LogLevel, Miniflare: Runtime } = await import('miniflare');
  class RuntimeLog extends Log {
    protected override log(message: string): void {
      onLine(message);
    }
  }
  let lastMessage: string | undefined;
  const options: V4MiniflareOptions = {
    host: '127.0.0.1',
    port: 0,
    cf: false,
    logRequests: false,
    log: new RuntimeLog(LogLevel.WARN),
    resourcePersistencePath: join(platformFolder(state), 'v3'),
    handleStructuredLogs: ({ level, message }) => {
      if (!verbose && level !== 'warn' && level !== 'error') return;
      const readable = readableMessage(message);
      // workerd reports a failed look-up once per layer.
      const isRepeated = readable === lastMessage;
      lastMessage = readable;
      if (readable !== undefined && !(isRepeated && readable !== message)) onLine(readable);
    },
    unsafeHandleRuntimeRestart: () => onRestart?.(),
    workers,
  };
  const miniflare = new Runtime(convertV4MiniflareOptions(options));
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
  return miniflare;
}
