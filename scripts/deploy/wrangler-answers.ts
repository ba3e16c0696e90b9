// Asks wrangler for what deploy-check can't read from wrangler.toml: the account's secrets and migrations, and the bundle size.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { parseJson } from '../../src/core/json/parse.ts';

const timeoutMs = 120_000;
/** Cloudflare's limit for the compressed size of a Worker on a paid account. */
const bundleKiBMax = 10 * 1024;

/** Returns the output. Null if wrangler fails, because nobody is logged in, there is no network, or nothing has been deployed yet. */
async function wrangler(config: string, ...args: string[]): Promise<string | null> {
  const all = [...args, '--env', 'production', '--config', config];
  const env = { ...process.env, CI: '1', WRANGLER_LOG: 'log' };
  const ran = await promisify(execFile)('wrangler', all, { timeout: timeoutMs, env }).catch(() => null);
  return ran?.stdout ?? null;
}

export async function secretNames(config: string): Promise<string[] | null> {
  const output = await wrangler(config, 'secret', 'list', '--format', 'json');
  const parsed = z.array(z.object({ name: z.string() })).safeParse(parseJson(output ?? ''));
  return parsed.success ? parsed.data.map(({ name }) => name) : null;
}

/** Returns whether the database has copies in other regions. */
export async function isReplicated(config: string, database: string): Promise<boolean | null> {
  const output = await wrangler(config, 'd1', 'info', database, '--json');
  const parsed = z
    .object({ read_replication: z.object({ mode: z.string() }).optional() })
    .safeParse(parseJson(output ?? ''));
  return parsed.success ? parsed.data.read_replication?.mode === 'auto' : null;
}

/** `D1_REPLICAS` mirrors the setting made through Cloudflare's API: wrangler.toml has no field for it. */
export function replicationFaults({ D1_REPLICAS: set }: Record<string, unknown>, replicated: boolean): string[] {
  if (set === '1' && !replicated)
    return ['D1_REPLICAS is "1", but read replication is off: run `npm run setup`, which turns it on, or set "0"'];
  if (set !== '1' && replicated)
    return ['D1_REPLICAS is not "1", but read replication is on: no call would use a replica'];
  return [];
}

/** Returns the names of the applied migrations. */
export async function appliedMigrations(config: string, database: string): Promise<string[] | null> {
  const select = ['--command', 'select name from d1_migrations', '--json'];
  const output = await wrangler(config, 'd1', 'execute', database, '--remote', ...select);
  const parsed = z
    .array(z.object({ results: z.array(z.object({ name: z.string() })) }))
    .safeParse(parseJson(output ?? ''));
  return parsed.success ? parsed.data.flatMap(({ results }) => results.map(({ name }) => name)) : null;
}

/**
 * A database may have migrations from the next release, because each of them works with the previous code. Every database has the first
 * migration.
 */
export async function migrationFaults(folder: string, applied: string[]): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const [first = ''] = files;
  if (applied.length > 0 && !applied.includes(first))
    return [
      `the database was created before 0.1.0, since its migrations do not start with ${first}. It cannot be upgraded: create another one, as docs/upgrading.md describes`,
    ];
  const pending = files.filter((name) => !applied.includes(name));
  return pending.length === 0
    ? []
    : [
        `migrations are pending: ${pending.join(', ')}. Apply them with \`npm run production -- d1 migrations apply slipway --remote\``,
      ];
}

export type Bundle = { gzipKiB: number } | { failure: string };

/** Bundles the Worker as a deployment does, but uploads nothing. */
export async function measureBundle(config: string): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
  try {
    const output = await wrangler(config, 'deploy', '--dry-run', '--containers-rollout=none', '--outdir', folder);
    const [, size] = /gzip: ([\d.]+) KiB/.exec(output ?? '') ?? [];
    return size === undefined ? { failure: 'wrangler deploy --dry-run failed' } : { gzipKiB: Math.ceil(Number(size)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function bundleFaults(bundle: Bundle): string[] {
  if ('failure' in bundle) return [`the Worker cannot be bundled: ${bundle.failure}. Run it to see why`];
  const gzipKiB = Math.ceil(bundle.gzipKiB);
  return gzipKiB <= bundleKiBMax
    ? []
    : [`the Worker has ${gzipKiB} KiB compressed, but Cloudflare accepts ${bundleKiBMax} KiB`];
}
