// Runs the Worker in wrangler, which builds its containers' image. Only for tests.
import { join } from 'node:path';
import { platformFolder, readableMessage } from '../local/miniflare.ts';
import type { LocalSecrets } from '../local/secrets.ts';
import { loopback } from '../machine/ports.ts';

export interface ContainerWorkerSettings {
  port: number;
  state: string;
  /** Path of a wrangler.toml. */
  config: string;
  vars: Record<string, string>;
  /** Tag of the image that wrangler builds. */
  buildId: string;
  secrets: LocalSecrets;
  onLine(line: string): void;
}

/** Returns variables for wrangler: no telemetry, prompts, lookups or files outside the state folder. */
export function wranglerEnvironment(state: string): Record<string, string> {
  return {
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
  };
}

/** Starts the Worker. Each instance and the builds run in Docker containers. */
export async function startWranglerWorker({
  port,
  state,
  config,
  vars,
  buildId,
  secrets,
  onLine,
}: ContainerWorkerSettings) {
  const url = `http://${loopback}:${port}`;
  const text = (value: string) => ({ type: 'plain_text' as const, value });
  const { unstable_startWorker } = await import('wrangler');
  const worker = await unstable_startWorker({
    config,
    envFiles: [],
    bindings: {
      S3_ENDPOINT: text(`${url}/_s3`),
      S3_ACCESS_KEY_ID: text(secrets.s3_access_key_id),
      S3_SECRET_ACCESS_KEY: text(secrets.s3_secret_access_key),
      BUILDER_MODE: text('container'),
      ...Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, text(value)])),
      ADMIN_TOKEN: text(secrets.admin_token),
      DATA_KEK: text(secrets.data_kek),
    },
    dev: {
      persist: platformFolder(state),
      server: { hostname: loopback, port },
      inspector: false,
      watch: false,
      liveReload: false,
      enableContainers: true,
      containerBuildId: buildId,
      logLevel: 'error',
      structuredLogsHandler: ({ level, message }: { level: string; message: string }) => {
        const readable = readableMessage(message);
        if (readable !== undefined && (level === 'warn' || level === 'error')) onLine(readable);
      },
    },
  });
  await worker.ready;
  return {
    tick: async () => {
      const response = await fetch(`${url}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`);
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
      return false;
    },
    dispose: () => worker.dispose(),
  };
}
