// Bundles the Worker for the local runtime and reads its bindings from wrangler.toml. The result is cached by its sources' contents, so
// only the first start after a change waits for esbuild and wrangler.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { z } from 'zod';

export const bundleFolder = 'node_modules/.cache/slipway';
/** Number of bundles from earlier source states to keep. */
const bundlesMax = 4;
/** A bundle's inputs. The lockfile is included in place of the installed packages. */
const sources = ['src', 'scripts/local/queue-broker.ts', 'scripts/local/worker-bundle.ts', 'package-lock.json'];
const configFile = 'wrangler.toml';
/** Cloudflare's defaults, for settings missing from wrangler.toml. */
const queueDefaults = { batchSize: 10, batchTimeoutSeconds: 5, retriesMax: 3 };
/** Cloudflare starts up to 250 consumers as the backlog grows. A single machine runs fewer than that. */
const concurrencyMax = 10;
/** For consumers that mostly wait for receivers or plugins. With fewer of them, a few slow ones would hold up all others. */
const waitingConcurrencyMax = 60;

const consumerSchema = z.object({
  batchSize: z.number(),
  batchTimeoutSeconds: z.number(),
  /** Number of retries. A message is delivered once more than this. */
  retriesMax: z.number(),
  retryDelaySeconds: z.number(),
  concurrency: z.number(),
  deadLetterQueue: z.string().nullable(),
});
export type QueueConsumer = z.infer<typeof consumerSchema>;

/** The queues in wrangler.toml. */
const queuesSchema = z.object({
  producers: z.array(z.object({ binding: z.string(), queue: z.string() })),
  consumers: z.array(
    z.object({
      queue: z.string(),
      max_batch_size: z.number().optional(),
      max_batch_timeout: z.number().optional(),
      max_retries: z.number().optional(),
      retry_delay: z.number().optional(),
      max_concurrency: z.number().nullish(),
      dead_letter_queue: z.string().optional(),
    }),
  ),
});

const bundleSchema = z.object({
  compatibilityDate: z.string(),
  compatibilityFlags: z.array(z.string()),
  vars: z.record(z.string(), z.string()),
  d1Databases: z.object({ DB: z.object({ id: z.string() }) }),
  r2Buckets: z.record(z.string(), z.object({ id: z.string() })),
  durableObjects: z.record(z.string(), z.object({ className: z.string(), useSQLite: z.boolean() })),
  assets: z.looseObject({ directory: z.string(), binding: z.string() }),
  /** Queue names, by the binding that sends to them. */
  producers: z.record(z.string(), z.string()),
  consumers: z.record(z.string(), consumerSchema),
  /** Paths of the WASM modules, by the name under which the Worker's code imports them. */
  wasm: z.record(z.string(), z.string()),
  /** JavaScript modules. */
  worker: z.string(),
  broker: z.string(),
});
export type WorkerBundle = z.infer<typeof bundleSchema>;

/** Returns the bundle. Call this in the project's folder. */
export async function workerBundle(): Promise<WorkerBundle> {
  return readBundle(await bundleWorker());
}

/** Bundles the Worker, unless that was done before, and returns the bundle's path. Call this in the project's folder. */
export async function bundleWorker(): Promise<string> {
  const path = join(bundleFolder, `worker-${await contentHash()}.json`);
  if (existsSync(path)) return path;
  const [settings, worker, broker] = await Promise.all([
    readSettings(),
    bundleModule('src/worker.ts'),
    bundleModule('scripts/local/queue-broker.ts'),
  ]);
  const bundle = { ...settings, wasm: worker.wasm, worker: worker.code, broker: broker.code };
  await mkdir(bundleFolder, { recursive: true });
  await writeFile(`${path}.${process.pid}`, JSON.stringify(bundle));
  await rename(`${path}.${process.pid}`, path);
  await removeOldBundles();
  return path;
}

export async function readBundle(path: string): Promise<WorkerBundle> {
  return bundleSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}

async function contentHash(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const path of [...sources, configFile]) {
    const isFolder = (await stat(path)).isDirectory();
    const names = isFolder
      ? (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.ts')).sort()
      : [''];
    for (const name of names) {
      const content = await readFile(join(path, name));
      hash.update(`${path}/${name}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 32);
}

/** Reads wrangler.toml's bindings the way wrangler does. */
async function readSettings() {
  // wrangler reads these when it loads: no telemetry, and no files outside this folder.
  Object.assign(process.env, { WRANGLER_SEND_METRICS: 'false', WRANGLER_WRITE_LOGS: 'false', WRANGLER_LOG: 'error' });
  const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = await import('wrangler');
  const config = unstable_readConfig({ config: configFile });
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config);
  const queues = queuesSchema.parse(config.queues);
  const { assets } = bundleSchema.pick({ assets: true }).parse(workerOptions);
  return bundleSchema.omit({ wasm: true, worker: true, broker: true }).parse({
    ...workerOptions,
    // The path is relative, because a clone or an image moves the bundle.
    assets: { ...assets, directory: relative(process.cwd(), assets.directory) },
    vars: config.vars,
    producers: Object.fromEntries(queues.producers.map(({ binding, queue }) => [binding, queue])),
    consumers: Object.fromEntries(queues.consumers.map((consumer) => [consumer.queue, consumerOf(consumer)])),
  });
}

function consumerOf(consumer: z.infer<typeof queuesSchema>['consumers'][number]): QueueConsumer {
  return {
    batchSize: consumer.max_batch_size ?? queueDefaults.batchSize,
    batchTimeoutSeconds: consumer.max_batch_timeout ?? queueDefaults.batchTimeoutSeconds,
    retriesMax: consumer.max_retries ?? queueDefaults.retriesMax,
    retryDelaySeconds: consumer.retry_delay ?? 0,
    concurrency: concurrencyOf(consumer.queue, consumer.max_concurrency),
    deadLetterQueue: consumer.dead_letter_queue ?? null,
  };
}

/** Bundles a module for workerd. */
export async function bundleModule(entry: string): Promise<{ code: string; wasm: Record<string, string> }> {
  const { build } = await import('esbuild');
  const wasm: Record<string, string> = {};
  const built = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    mainFields: ['module', 'browser', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*', ...builtinModules],
    define: { 'process.env.NODE_ENV': '"production"' },
    // Halves the size, so that a restart passes half as much to workerd. Keeps names and lines, for stack traces.
    minifyWhitespace: true,
    lineLimit: 160,
    logLevel: 'silent',
    plugins: [wasmModules(wasm)],
  });
  return { code: built.outputFiles[0]?.text ?? '', wasm };
}

/** Leaves WASM modules for the runtime to compile, and collects their paths. */
function wasmModules(paths: Record<string, string>): Plugin {
  const isResolving = Symbol('resolving');
  return {
    name: 'wasm',
    setup(builder) {
      builder.onResolve({ filter: /\.wasm$/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
        if (pluginData === isResolving) return;
        const found = await builder.resolve(path, { kind, resolveDir, importer, pluginData: isResolving });
        if (found.errors.length > 0) return found;
        const relativePath = relative(process.cwd(), found.path);
        const name = `./${relativePath.replaceAll('/', '-')}`;
        paths[name] = relativePath;
        return { path: name, external: true };
      });
    },
  };
}

/** Another start may remove the same bundles at the same time. */
export async function removeOldBundles(folder = bundleFolder): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^worker-\w+\.json$/.test(name));
  const files = names.map(async (name) => {
    const path = join(folder, name);
    const time = await stat(path)
      .then(({ mtimeMs }) => mtimeMs)
      .catch(() => 0);
    return { path, time };
  });
  const old = (await Promise.all(files)).sort((a, b) => b.time - a.time).slice(bundlesMax);
  await Promise.all(old.map(({ path }) => rm(path, { force: true })));
}

function concurrencyOf(queue: string, configured: number | null | undefined): number {
  const most = /deliveries|calls/.test(queue) ? waitingConcurrencyMax : concurrencyMax;
  return Math.min(configured ?? most, most);
}
