// Provides an account in the fake API, and a clone in which setup runs. A function stands in for wrangler and the script that builds
// the console, and leaves the same results in the account (test/e2e/setup.test.ts runs the real ones).
import { cpSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { SetupFailure } from '../../../scripts/setup/cloudflare.ts';
import type { Run } from '../../../scripts/setup/deployment.ts';
import { prepareCloudflare } from '../../../scripts/setup/install.ts';
import { readOptions, settle } from '../../../scripts/setup/settings.ts';
import { newFolder } from '../../builder/support.ts';
import { Account } from './cloudflare/account.ts';
import { type CloudflareApi, startCloudflare } from './cloudflare/server.ts';

export const given = [
  ...['--domain', 'slipway.example.com', '--location', 'weur'],
  ...['--instances-image', 'registry.cloudflare.com/acme/instances:1'],
  ...['--builds-image', 'registry.cloudflare.com/acme/builds:1'],
];

export interface Scene {
  account: Account;
  api: CloudflareApi;
  folder: string;
}

export async function newScene(): Promise<Scene> {
  const account = new Account();
  const api = await startCloudflare(account);
  onTestFinished(() => api.close());
  return { account, api, folder: newClone() };
}

export function newClone(): string {
  const folder = newFolder();
  cpSync('wrangler.toml', join(folder, 'wrangler.toml'));
  cpSync('builder/Dockerfile', join(folder, 'builder/Dockerfile'));
  cpSync('migrations', join(folder, 'migrations'), { recursive: true });
  return folder;
}

/** Runs setup once. Returns its output; if setup refuses, the last line is the reason. */
export function setUp(scene: Scene, ...args: string[]): Promise<string[]> {
  return setUpWith(scene, [...given, ...args]);
}

/** Runs `setUp` with only these options. */
export async function setUpWith({ account, api, folder }: Scene, args: string[]): Promise<string[]> {
  const lines: string[] = [];
  const environment = { CLOUDFLARE_API_TOKEN: account.token, CLOUDFLARE_API_BASE_URL: api.url };
  try {
    const options = readOptions(args);
    const setup = await settle(folder, options, environment, async () => '');
    const print = (line = '') => void lines.push(line);
    await prepareCloudflare(setup, { isDry: options['dry-run'], run: programs(account, api), print });
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    lines.push(`✗ ${error.message}`);
  }
  return lines;
}

function programs(account: Account, api: CloudflareApi): Run {
  return async ({ folder, names }, command, args) => {
    if (api.received.length >= api.stopAfter) throw new SetupFailure('stopped');
    if (args[0] === 'd1') await applyMigrations(account, folder);
    if (args[0] === 'deploy') await deployWorker(account, names.worker, args[args.indexOf('--secrets-file') + 1] ?? '');
    api.received.push({ method: 'RUN', path: [command, ...args.slice(0, 1)].join(' '), body: undefined });
    if (api.received.length === api.stopAfter) throw new SetupFailure('stopped');
  };
}

async function applyMigrations({ databases }: Account, folder: string): Promise<void> {
  const [database] = [...databases.values()];
  database?.sql.exec('create table if not exists d1_migrations (name text unique)');
  for (const name of (await readdir(join(folder, 'migrations'))).filter((file) => file.endsWith('.sql')).sort()) {
    const text = await readFile(join(folder, 'migrations', name), 'utf8');
    database?.sql.exec(`begin; ${text}; insert into d1_migrations values ('${name}'); commit`);
  }
}

async function deployWorker({ workers }: Account, name: string, secretsFile: string): Promise<void> {
  const secrets = z.record(z.string(), z.string()).parse(JSON.parse(await readFile(secretsFile, 'utf8')));
  const found = workers.get(name);
  workers.set(name, {
    secrets: [...new Set([...(found?.secrets ?? []), ...Object.keys(secrets)])].sort(),
    versions: (found?.versions ?? 0) + 1,
    bindings: [],
    crons: [],
    domains: ['slipway.example.com'],
    onSubdomain: false,
  });
}
