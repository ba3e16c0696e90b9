// Implements `npm run deploy:check`: lists what has to be fixed in [env.production] before deploying, and exits with 1 if there is
// anything: placeholders, missing settings and secrets, limits that contradict each other, pending migrations, the size of the bundle.
// Asks Cloudflare for secrets and migrations, if wrangler is logged in.
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
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
import { print } from './local/terminal.ts';

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: 'wrangler.toml' },
    /** Neither asks Cloudflare nor bundles the Worker. */
    offline: { type: 'boolean', default: false },
  },
});
// Suppresses wrangler's warnings about variables that only local runs have. wrangler reads this when it is loaded.
process.env.WRANGLER_LOG ??= 'error';
const { unstable_readConfig } = await import('wrangler');
const config = unstable_readConfig({ config: values.config, env: 'production' });
const [database] = config.d1_databases;

const [secrets, applied, replicated, bundle] = values.offline
  ? [null, null, null, null]
  : await Promise.all([
      secretNames(values.config),
      database?.database_name === undefined ? null : appliedMigrations(values.config, database.database_name),
      database?.database_name === undefined ? null : isReplicated(values.config, database.database_name),
      measureBundle(values.config),
    ]);
const migrations = join(dirname(values.config), database?.migrations_dir ?? 'migrations');

const faults = [
  ...productionFaults(config, secrets),
  ...limitFaults(config),
  ...(applied === null ? [] : await migrationFaults(migrations, applied)),
  ...(replicated === null ? [] : replicationFaults(config.vars, replicated)),
  ...(bundle === null ? [] : bundleFaults(bundle)),
];

for (const fault of faults) print(`✗ ${fault}.`);
if (secrets === null) print(`! Not checked whether these secrets are set: ${secretsFor(config).join(', ')}.`);
if (applied === null) print('! Not checked whether migrations are pending: Cloudflare could not be asked.');
if (replicated === null) print('! Not checked whether read replication is as D1_REPLICAS says.');
if (bundle === null) print('! Not checked how large the Worker is.');
else if ('gzipKiB' in bundle) print(`✓ The Worker has ${Math.ceil(bundle.gzipKiB)} KiB compressed.`);
if (faults.length === 0) print('✓ The settings of [env.production] are complete and fit together.');
process.exitCode = faults.length === 0 ? 0 : 1;
