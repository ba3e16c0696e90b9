// The steps of `npm run setup` that use wrangler: base images, migrations, and deploying the Worker with its secrets and containers.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { SetupFailure } from './cloudflare.ts';
import {
  configurationFile,
  readConfiguration,
  type Secrets,
  saveInstallation,
  writeConfiguration,
} from './installation.ts';
import { hasSecrets, type Setup, type Step } from './resources.ts';

/** Runs one of this project's programs. The operator sees its output. */
export type Run = (setup: Setup, command: string, args: string[]) => Promise<void>;

/** Base images, by their placeholder in wrangler.toml. */
const baseImages = {
  PYTHON_DIGEST: 'python:3.12-slim-bookworm',
  NODE_DIGEST: 'node:24-bookworm-slim',
  GO_DIGEST: 'golang:1.26-bookworm',
};

const inspected = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/** Pins the base images, so that the next deployment uses the same ones. */
export const bases: Step = {
  name: 'base images',
  async look({ folder, installation }) {
    if (installation.images !== undefined || installation.bases !== undefined) return undefined;
    const make = async () => {
      const pairs = Object.entries(baseImages).map(async ([name, image]) => [name, await digestOf(image)] as const);
      installation.bases = Object.fromEntries(await Promise.all(pairs));
      await saveInstallation(folder, installation);
    };
    return { text: `pin the base images ${Object.values(baseImages).join(', ')}`, make };
  },
};

async function digestOf(image: string): Promise<string> {
  const args = ['buildx', 'imagetools', 'inspect', image, '--format', '{{json .Manifest}}'];
  try {
    const { stdout } = await promisify(execFile)('docker', args, { timeout: 120_000 });
    return inspected.parse(JSON.parse(stdout)).digest.slice('sha256:'.length);
  } catch (error) {
    throw new SetupFailure(
      `Docker can't read the digest of ${image}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}. Start Docker with buildx, or push the images from another machine (\`npx wrangler containers push\`) and name them with --instances-image and --builds-image. Then run setup again.`,
    );
  }
}

const rowsSchema = z.array(z.object({ results: z.array(z.object({ name: z.string() })) }));

/** wrangler applies each file and its `d1_migrations` row together, so an interruption never leaves a file half applied. */
export function migrations(run: Run): Step {
  return {
    name: 'migrations',
    async look(setup) {
      const files = (await readdir(join(setup.folder, 'migrations'))).filter((name) => name.endsWith('.sql')).sort();
      const applied = await appliedMigrations(setup);
      const pending = files.filter((name) => !applied.includes(name));
      if (pending.length === 0) return undefined;
      const args = ['d1', 'migrations', 'apply', setup.names.database, '--remote', ...production];
      const make = async () => {
        await writeConfiguration(setup.folder, setup.installation);
        await run(setup, 'wrangler', args);
      };
      return { text: `apply ${pending.join(', ')}`, make };
    },
  };
}

async function appliedMigrations({ cloudflare, installation: { database_id } }: Setup): Promise<string[]> {
  if (database_id === undefined) return [];
  const ask = async (sql: string) => {
    const call = { method: 'POST', path: `/d1/database/${database_id}/query`, body: { sql } } as const;
    const answer = await cloudflare.call(
      { ...call, purpose: 'read the migrations', permission: 'D1: Edit' },
      rowsSchema,
    );
    return answer.flatMap(({ results }) => results.map(({ name }) => name));
  };
  const tables = await ask("select name from sqlite_master where name = 'd1_migrations'");
  return tables.length === 0 ? [] : ask('select name from d1_migrations');
}

const production = ['--config', configurationFile, '--env', 'production'];
const workerSecrets = ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'ADMIN_TOKEN', 'DATA_KEK'] as const;

/** The Worker and its secrets go live together, followed by containers, triggers and queue consumers. */
export function deployment(run: Run): Step {
  return {
    name: 'deployment',
    async look(setup) {
      const { folder, installation, names, secrets } = setup;
      const release = await releaseOf(folder, await readConfiguration(folder, installation));
      if (installation.deployed === release && (await hasSecrets(setup, [...workerSecrets]))) return undefined;
      const make = async () => {
        await refuseTakenDomain(setup);
        await writeConfiguration(folder, installation);
        const files = await mkdtemp(join(tmpdir(), 'slipway-secrets-'));
        try {
          const file = join(files, 'secrets.json');
          await writeFile(file, JSON.stringify(ofWorker(secrets)), { mode: 0o600 });
          await run(setup, 'node', ['scripts/deploy-check.ts', '--offline', '--config', configurationFile]);
          await run(setup, 'node', ['scripts/build-console.ts']);
          await run(setup, 'wrangler', ['deploy', '--secrets-file', file, ...production]);
        } finally {
          await rm(files, { recursive: true, force: true });
        }
        installation.deployed = release;
        await saveInstallation(folder, installation);
      };
      const images = installation.images === undefined ? 'build and push the images, ' : '';
      return { text: `${images}deploy the Worker ${names.worker}`, make };
    },
  };
}

function ofWorker(secrets: Secrets): Record<string, string> {
  const given = workerSecrets.map((name) => [name, secrets[name]] as const);
  return Object.fromEntries(
    given.filter((pair): pair is [(typeof workerSecrets)[number], string] => pair[1] !== undefined),
  );
}

/** Without a terminal, wrangler takes a domain from its current Worker or DNS record without asking. */
async function refuseTakenDomain(setup: Setup): Promise<void> {
  const { cloudflare, names } = setup;
  const { domain } = setup.installation;
  if (domain === undefined) return;
  const path = `/workers/domains?hostname=${domain}`;
  const schema = z.array(z.object({ hostname: z.string(), service: z.string() }));
  const list = { method: 'GET', path, purpose: 'list custom domains', permission: 'Workers Scripts: Edit' } as const;
  const owner = (await cloudflare.call(list, schema)).find(({ hostname }) => hostname === domain);
  if (owner && owner.service !== names.worker)
    throw new SetupFailure(
      `${domain} belongs to the Worker ${owner.service}. Remove it there, or choose another domain with --domain. Then run setup again.`,
    );
  // Cloudflare itself manages the DNS record for a Worker's domain.
  if (!owner) await refuseUsedName(setup, domain);
}

/** Without a zone, the domain isn't in the account, which wrangler reports. */
async function refuseUsedName({ cloudflare }: Setup, domain: string): Promise<void> {
  const named = domain.split('.').map((_, at, labels) => labels.slice(at).join('.'));
  for (const zoneName of named.filter((name) => name.includes('.'))) {
    const zoneCall = {
      method: 'GET',
      path: `/zones?name=${zoneName}`,
      purpose: 'find the zone of the domain',
    } as const;
    const zones = await cloudflare.callWhole(
      { ...zoneCall, permission: 'Zone: Read' },
      z.array(z.object({ id: z.string() })),
    );
    const [zone] = zones;
    if (!zone) continue;
    const path = `/zones/${zone.id}/dns_records?name.exact=${domain}`;
    const recordCall = { method: 'GET', path, purpose: `list the DNS records of ${domain}` } as const;
    const schema = z.array(z.object({ name: z.string(), type: z.string() }));
    const records = await cloudflare.callWhole({ ...recordCall, permission: 'DNS: Read' }, schema);
    const used = records.filter(({ name, type }) => name === domain && addressTypes.has(type));
    if (used.length > 0)
      throw new SetupFailure(
        `${domain} has DNS records already (${used.map(({ type }) => type).join(', ')}), which would be replaced. Delete them, or choose another domain with --domain; then run setup again.`,
      );
    return;
  }
}

/** Record types that a custom domain replaces. */
const addressTypes: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME']);

/**
 * Derives a deployment's name from all its inputs: the configuration, the commit and uncommitted changes. Without Git, the name is
 * based on the version.
 */
async function releaseOf(folder: string, configuration: string): Promise<string> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: folder, maxBuffer: 1 << 28 }).catch(() => ({ stdout: '' }))).stdout;
  const source = [await git('rev-parse', 'HEAD'), await git('diff', 'HEAD')];
  return createHash('sha256')
    .update(JSON.stringify([configuration, ...source]))
    .digest('hex')
    .slice(0, 16);
}

export const runProgram: Run = async ({ folder, cloudflare }, command, args) => {
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ['inherit', 'inherit', 'pipe'],
    env: { ...process.env, CLOUDFLARE_ACCOUNT_ID: cloudflare.accountId, WRANGLER_SEND_METRICS: 'false' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
    process.stderr.write(text);
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  if (code === 0) return;
  const subject = [command, ...args.slice(0, 2)].join(' ');
  const advice = /code: 10000|Authentication error/.test(errors)
    ? 'Give the API token the permissions in docs/production.md for this account'
    : 'Correct the setting that it names';
  throw new SetupFailure(
    `${subject} failed; see the output above. ${advice}, then run setup again: it continues where it stopped.`,
  );
};
