// Runs the Worker with its D1, R2 and queues in wrangler, which starts workerd as a child of this process.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { platformFolder } from './database.ts';
import { loopback } from './ports.ts';
import { readableMessage } from './runtime-messages.ts';
import type { LocalSecrets } from './secrets.ts';

export interface LocalWorker {
  dispose(): Promise<void>;
}

/** The local builder process, or a Docker container for each instance. `buildId` is the tag of their image. */
export type BuilderSettings = { url: string } | { buildId: string };

export interface WorkerSettings {
  port: number;
  state: string;
  builder: BuilderSettings;
  secrets: LocalSecrets;
  allowLoopback: boolean;
  /** The organization of requests without an API key, on surfaces that allow them. */
  anonymousOrganization: string | undefined;
  /** Prints every line that the Worker logs, not only warnings and errors. */
  verbose: boolean;
  onLine(line: string): void;
}

/** Configures wrangler before its first use: no telemetry, prompts, lookups or files outside the state folder, and no orphaned workerd. */
export function prepareWrangler(state: string, python: string): void {
  const workerd = z.object({ default: z.string() }).parse(createRequire(import.meta.resolve('wrangler'))('workerd'));
  Object.assign(process.env, {
    CI: '1',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: 'false',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_LOG: 'error',
    WRANGLER_WRITE_LOGS: 'false',
    XDG_CONFIG_HOME: join(state, 'wrangler'),
    WRANGLER_CACHE_DIR: join(state, 'wrangler'),
    WRANGLER_REGISTRY_PATH: join(state, 'wrangler', 'registry'),
    X_LOCAL_EXPLORER: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
    MINIFLARE_WORKERD_PATH: fileURLToPath(import.meta.resolve('./workerd-with-parent')),
    SLIPWAY_PYTHON: python,
    SLIPWAY_WORKERD: workerd.default,
  });
}

export async function startWorker({
  port,
  state,
  builder,
  secrets,
  allowLoopback,
  anonymousOrganization,
  verbose,
  onLine,
}: WorkerSettings): Promise<LocalWorker> {
  const url = `http://${loopback}:${port}`;
  const text = (value: string) => ({ type: 'plain_text' as const, value });
  const { unstable_startWorker } = await import('wrangler');
  let lastMessage: string | undefined;
  const worker = await unstable_startWorker({
    config: 'wrangler.toml',
    envFiles: [],
    bindings: {
      S3_ENDPOINT: text(`${url}/_s3`),
      S3_ACCESS_KEY_ID: text(secrets.s3_access_key_id),
      S3_SECRET_ACCESS_KEY: text(secrets.s3_secret_access_key),
      ...('url' in builder
        ? { BUILDER_URL: text(builder.url), BUILDER_TOKEN: text(secrets.builder_token) }
        : { BUILDER_MODE: text('container') }),
      ADMIN_TOKEN: text(secrets.admin_token),
      WEBHOOK_KEK: text(secrets.webhook_kek),
      ALLOW_LOOPBACK: text(allowLoopback ? '1' : '0'),
      ...(anonymousOrganization === undefined ? {} : { ANONYMOUS_ORGANIZATION: text(anonymousOrganization) }),
    },
    dev: {
      persist: platformFolder(state),
      server: { hostname: loopback, port },
      inspector: false,
      watch: false,
      liveReload: false,
      enableContainers: 'buildId' in builder,
      ...('buildId' in builder ? { containerBuildId: builder.buildId } : {}),
      logLevel: 'error',
      structuredLogsHandler: ({ level, message }: { level: string; message: string }) => {
        const readable = readableMessage(message);
        // workerd reports a failed look-up once per layer.
        const isRepeated = readable === lastMessage;
        lastMessage = readable;
        if (readable === undefined || (isRepeated && readable !== message)) return;
        if (verbose || level === 'warn' || level === 'error') onLine(readable);
      },
    },
  });
  await worker.ready;
  return { dispose: () => worker.dispose() };
}

/** Waits until `GET /healthz` succeeds. Throws after `waitMs`. */
export async function waitUntilHealthy(url: string, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  let lastResult: unknown = 'no response';
  while (performance.now() < until) {
    try {
      const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) });
      if (response.ok) return;
      lastResult = `${response.status} ${await response.text()}`;
    } catch (error) {
      lastResult = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the Worker did not become healthy: ${lastResult}`);
}
