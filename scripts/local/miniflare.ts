// Runs Workers in Miniflare, which simulates D1, R2 and assets in workerd and restarts workerd when it exits. State is stored where
// `wrangler dev --persist-to` keeps it, so both work on one state folder.
import { join } from 'node:path';
import type { Miniflare, V4MiniflareOptions, V4WorkerOptions } from 'miniflare';

const lookupFailed = /getaddrinfo\(\): DNS lookup failed\. host = ([^;\s]+)/;
const nativeStack = /\s*\nstack: \S*workerd\S*@[\s\S]*$/;

export interface RuntimeOptions {
  state: string;
  workers: V4WorkerOptions[];
  /** Prints every line that the Workers log, not just warnings and errors. */
  verbose?: boolean;
  inspectorPort?: number;
  onLine(line: string): void;
  /** Returns whether the line that a Worker logged is a mark, which isn't printed. */
  takeMark?: ((line: string) => boolean) | undefined;
}

/** Returns the folder for `--persist-to`. */
export function platformFolder(state: string): string {
  return join(state, 'platform');
}

/** Resolves when workerd listens. workerd exits with this process. */
export async function startMiniflare(options: RuntimeOptions): Promise<Miniflare> {
  const { state, workers, verbose = false, inspectorPort, onLine, takeMark } = options;
  const { convertV4MiniflareOptions, Log, LogLevel, Miniflare: Runtime } = await import('miniflare');
  class RuntimeLog extends Log {
    protected override log(message: string): void {
      onLine(message);
    }
  }
  const printMessage = readablePrinter(onLine);
  const converted: V4MiniflareOptions = {
    host: '127.0.0.1',
    port: 0,
    cf: false,
    logRequests: false,
    log: new RuntimeLog(LogLevel.WARN),
    resourcePersistencePath: join(platformFolder(state), 'v3'),
    handleStructuredLogs: ({ level, message }) => {
      if (takeMark?.(message)) return;
      if (verbose || level === 'warn' || level === 'error') printMessage(message);
    },
    ...(inspectorPort === undefined ? {} : { inspectorPort }),
    workers,
  };
  const miniflare = new Runtime(convertV4MiniflareOptions(converted));
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
  return miniflare;
}

function readablePrinter(onLine: (line: string) => void): (message: string) => void {
  let lastMessage: string | undefined;
  return (message) => {
    const readable = readableMessage(message);
    // workerd reports a failed lookup once per layer.
    const isRepeated = readable === lastMessage;
    lastMessage = readable;
    if (readable !== undefined && !(isRepeated && readable !== message)) onLine(readable);
  };
}

/**
 * Shortens workerd's own log messages to one line without the native stack, which doesn't help users. Keeps the Worker's lines
 * unchanged. Returns undefined for a message that only concerns workerd's developers.
 */
export function readableMessage(message: string): string | undefined {
  if (message.startsWith('NOSENTRY ')) return undefined;
  const [, host] = lookupFailed.exec(message) ?? [];
  if (host !== undefined) return `DNS look-up failed: ${host}`;
  return message.replace(nativeStack, '');
}
