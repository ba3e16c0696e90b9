// Runs the Worker with its D1, R2, assets and queues in Miniflare, without wrangler's development proxy (decision 131).
import { readFile } from 'node:fs/promises';
import type { V4WorkerOptions } from 'miniflare';
import type { Interruptions } from '../../src/core/work-marks.ts';
import { loopback } from '../machine/ports.ts';
import { firstHeaderName, memoryHeaderName } from './clock.ts';
import { startMiniflare } from './miniflare.ts';
import type { LocalSecrets } from './secrets.ts';
import type { StartSettings } from './settings.ts';
import type { WorkerBundle } from './worker-bundle.ts';

type OptionalSettings = 'publicUrl' | 'otlpUrl' | 'otlpEvery' | 'metricsToken' | 'prices';
type OwnSettings = 'port' | 'bind' | 'state' | 'allowLoopback' | 'hosts' | 'verbose';

export interface WorkerSettings
  extends Pick<StartSettings, OwnSettings>,
    Partial<Pick<StartSettings, OptionalSettings>> {
  bundle: WorkerBundle;
  /** The Worker's address on this machine. */
  apiUrl: string;
  builderUrls: readonly string[];
  secrets: LocalSecrets;
  /** The organization for requests without an API key, on surfaces that allow them. */
  anonymousOrganization: string | undefined;
  /** The organization whose plugins get the permissions they ask for. */
  grantingOrganization: string | undefined;
  /**
   * Loaders that run plugins in isolates inside the Worker's own runtime, where nothing limits them. If unset, a builder runs the
   * plugins.
   */
  loaders?: NonNullable<V4WorkerOptions['workerLoaders']>;
  /** The Workers' inspector port, if any. */
  inspectorPort?: number;
  onLine(line: string): void;
  /** How often the Worker was ended during which work, and what takes the marks that it prints. */
  work?: { counts: Record<string, Interruptions>; take(line: string): boolean };
}

export interface LocalWorker {
  /** The clock's address. */
  clockUrl: string;
  dispose(): Promise<void>;
}

/** Part of the path of Durable Object state, so it must match the name in wrangler.toml. */
const workerName = 'slipway';
/** Lets a Worker call another Worker's `queue` and `scheduled` handlers. */
const callsHandlers = 'service_binding_extra_handlers';

const clockName = 'clock';

/** Resolves when the Worker listens, along with the Workers for its clock, assets and queues. They exit with this process. */
export async function startWorker(settings: WorkerSettings): Promise<LocalWorker> {
  const { bundle } = settings;
  const workers = [clockWorker(settings), await mainWorker(settings), assetsWorker(bundle), queuesWorker(bundle)];
  const miniflare = await startMiniflare({ ...settings, workers, takeMark: settings.work?.take });
  const clock = await miniflare.unsafeGetDirectURL(clockName);
  return { clockUrl: clock.href, dispose: () => miniflare.dispose() };
}

/**
 * Runs the cron handler for a request with the admin token, on a separate port. Each request reports workerd's memory use, for the
 * Worker's metrics. The response says whether it is the first one since workerd started.
 */
function clockWorker({ bundle: { compatibilityDate }, secrets }: WorkerSettings): V4WorkerOptions {
  const script = `let bytes = null;
  let isFirst = true;
  export default {
    async fetch(request, env) {
      if (request.headers.get('authorization') !== 'Bearer ' + env.TOKEN) return new Response(null, { status: 401 });
      if (new URL(request.url).pathname === '/memory') return Response.json({ bytes });
      bytes = Number(request.headers.get('${memoryHeaderName}')) || null;
      const { outcome } = await env.WORKER.scheduled({ cron: '* * * * *' });
      const headers = { '${firstHeaderName}': String(isFirst) };
      isFirst = isFirst && outcome !== 'ok';
      return new Response(outcome, { headers });
    },
  }`;
  return {
    name: clockName,
    compatibilityDate,
    compatibilityFlags: [callsHandlers],
    modules: true,
    script,
    bindings: { TOKEN: secrets.admin_token },
    serviceBindings: { WORKER: workerName },
    unsafeDirectSockets: [{ host: loopback, port: 0 }],
  };
}

/** Listens on the port itself, because Miniflare's entry point and asset router would cost more than the Worker does. */
async function mainWorker(settings: WorkerSettings): Promise<V4WorkerOptions> {
  const { bind, bundle, port } = settings;
  const { compatibilityDate, compatibilityFlags, d1Databases, r2Buckets, durableObjects, producers } = bundle;
  const { BUILDER_URL: _, ...vars } = bundle.vars;
  const wasm = Object.entries(bundle.wasm).map(async ([path, file]) => {
    return { type: 'CompiledWasm' as const, path, contents: new Uint8Array(await readFile(file)) };
  });
  const queues = Object.entries(producers).map(([binding, queue]) => {
    return [binding, { name: 'queues', entrypoint: 'QueueProducer', props: { queue } }] as const;
  });
  return {
    name: workerName,
    compatibilityDate,
    compatibilityFlags,
    d1Databases,
    r2Buckets,
    durableObjects,
    bindings: { ...vars, ...localVars(settings) },
    serviceBindings: {
      ...Object.fromEntries(queues),
      [bundle.assets.binding]: 'assets',
      RUNTIME: clockName,
      NETWORK: { network: { allow: ['public', 'private', '240.0.0.0/4'] } },
    },
    ...(settings.loaders ? { workerLoaders: settings.loaders } : {}),
    modules: [{ type: 'ESModule', path: './worker.js', contents: bundle.worker }, ...(await Promise.all(wasm))],
    unsafeDirectSockets: [{ host: bind, port }],
  };
}

function localVars(settings: WorkerSettings): Record<string, string> {
  const { apiUrl, builderUrls, secrets, verbose } = settings;
  const optional = {
    PUBLIC_URL: settings.publicUrl,
    OTLP_URL: settings.otlpUrl,
    OTLP_EVERY: settings.otlpEvery,
    METRICS_TOKEN: settings.metricsToken,
    PRICES: settings.prices,
    GRANTING_ORGANIZATION: settings.grantingOrganization,
    ANONYMOUS_ORGANIZATION: settings.anonymousOrganization,
    INTERRUPTED_WORK: settings.work && JSON.stringify(settings.work.counts),
  };
  return {
    // Without this, lines below this level would still be written, and this process would have to read them.
    LOG_LEVEL: verbose ? 'info' : 'warn',
    S3_ENDPOINT: `${apiUrl}/_s3`,
    S3_ACCESS_KEY_ID: secrets.s3_access_key_id,
    S3_SECRET_ACCESS_KEY: secrets.s3_secret_access_key,
    BUILDER_URLS: builderUrls.join(','),
    BUILDER_TOKEN: secrets.builder_token,
    ADMIN_TOKEN: secrets.admin_token,
    DATA_KEK: secrets.data_kek,
    ALLOWED_HOSTS: settings.hosts,
    ALLOW_LOOPBACK: settings.allowLoopback ? '1' : '0',
    ...Object.fromEntries(Object.entries(optional).filter(isDefined)),
  };
}

function isDefined(entry: [string, string | undefined]): entry is [string, string] {
  return entry[1] !== undefined;
}

function assetsWorker({ compatibilityDate, assets }: WorkerBundle): V4WorkerOptions {
  const script = `export default { fetch: (request, env) => env.${assets.binding}.fetch(request) }`;
  return { name: 'assets', compatibilityDate, assets, modules: true, script };
}

function queuesWorker({ compatibilityDate, consumers, broker }: WorkerBundle): V4WorkerOptions {
  return {
    name: 'queues',
    compatibilityDate,
    compatibilityFlags: [callsHandlers],
    modules: [{ type: 'ESModule', path: './broker.js', contents: broker }],
    durableObjects: { BROKER: { className: 'QueueBroker', useSQLite: true, unsafePreventEviction: true } },
    serviceBindings: { WORKER: workerName },
    bindings: { CONSUMERS: consumers },
  };
}
