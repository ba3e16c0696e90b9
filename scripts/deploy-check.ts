// Implements `npm run deploy:check`: lists what to fix in [env.production] before deploying, and exits with 1 if there is anything to
// fix. Checks placeholders, missing settings and secrets, contradictory limits, pending migrations, and the bundle size. Asks
// Cloudflare for secrets and migrations if wrangler is logged in.
import { dirname, join } from 'node:path';
import { limitFaults } from './deploy/limit-faults.ts';
import { productionFaults, secretsFor } from './deploy/production-faults.ts';
import {
  appliedMigrations,
  bundleFaults,
  isReplicated,
  measureBundle,
  migrationFaults,
  replicationFaults,
  secretNames,
} from './deploy/wrangler-answers.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { SetupFailure } from './setup/cloudflare.ts';
import { configurationFile, readInstallation, writeConfiguration } from './setup/installation.ts';

const usage = `npm run deploy:check [-- --offline]

  --config FILE     a configuration of wrangler (wrangler.toml)
  --renew           first writes wrangler.production.toml, and checks that
  --offline         neither asks Cloudflare nor bundles the Worker`;

const { values } = readCommandLine(usage, {
  options: {
    config: { type: 'string' },
    renew: { type: 'boolean', default: false },
    offline: { type: 'boolean', default: false },
  },
});
const file = values.renew ? await renewed() : (values.config ?? 'wrangler.toml');
// Suppresses wrangler's warnings about variables that only local runs have. wrangler reads this when it loads.
process.env.WRANGLER_LOG ??= 'error';
const { unstable_readConfig } = await import('wrangler');
const config = unstable_readConfig({ config: file, env: 'production' });
const [database] = config.d1_databases;

const [secrets, applied, replicated, bundle] = values.offline
  ? [null, null, null, null]
  : await Promise.all([
      secretNames(file),
      database?.database_name === undefined ? null : appliedMigrations(file, database.database_name),
      database?.database_name === undefined ? null : isReplicated(file, database.database_name),
      measureBundle(file),
    ]);
const migrations = join(dirname(file), database?.migrations_dir ?? 'migrations');

const faults = [
  ...productionFaults(config, secrets),
  ...limitFaults(config),
  ...(applied === null ? [] : await migrationFaults(migrations, applied)),
  ...(replicated === null ? [] : replicationFaults(config.vars, replicated)),
  ...(bundle === null ? [] : bundleFaults(bundle)),
];

for (const fault of faults) print(`✗ ${fault}.`);
if (secrets === null) print(`! Not checked: whether these secrets are set: ${secretsFor(config).join(', ')}.`);
if (applied === null) print('! Not checked: whether migrations are pending, because Cloudflare could not be reached.');
if (replicated === null) print('! Not checked: whether read replication matches D1_REPLICAS.');
if (bundle === null) print("! Not checked: the Worker's size.");
else if ('gzipKiB' in bundle) print(`✓ The Worker has ${bundle.gzipKiB} KiB compressed.`);
if (faults.length === 0) print('✓ The settings in [env.production] are complete and consistent.');
process.exitCode = faults.length === 0 ? 0 : 1;

/** Recreates wrangler.production.toml from this release's wrangler.toml and the values that setup saved. */
async function renewed(): Promise<string> {
  const installation = await readInstallation(process.cwd());
  if (installation === undefined)
    throw new SetupFailure('production.json is missing. Run `npm run setup`: it finds what exists on the account.');
  await writeConfiguration(process.cwd(), installation);
  return configurationFile;
}
