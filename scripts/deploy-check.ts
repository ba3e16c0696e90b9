// Implements `npm run deploy:check`: lists the settings of [env.production] that have to be fixed before deploying, and exits with 1 if
// there are any. Asks Cloudflare which secrets are set, if wrangler is logged in.
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { productionFaults, secretsFor } from './deploy/production-faults.ts';
import { print } from './local/terminal.ts';

const { values } = parseArgs({
  options: { config: { type: 'string', default: 'wrangler.toml' }, offline: { type: 'boolean', default: false } },
});
// Suppresses wrangler's warnings about variables that only local runs have. wrangler reads this when it is loaded.
process.env.WRANGLER_LOG ??= 'error';
const { unstable_readConfig } = await import('wrangler');
const config = unstable_readConfig({ config: values.config, env: 'production' });
const secrets = values.offline ? null : await secretNames();
const faults = productionFaults(config, secrets);

for (const fault of faults) print(`✗ ${fault}.`);
if (secrets === null) print(`! Not checked whether these secrets are set: ${secretsFor(config).join(', ')}.`);
if (faults.length === 0) print('✓ The settings of [env.production] are complete.');
process.exitCode = faults.length === 0 ? 0 : 1;

/** Returns null if Cloudflare cannot be asked: nobody is logged in, there is no network, or the Worker was never deployed. */
async function secretNames(): Promise<string[] | null> {
  const list = ['secret', 'list', '--env', 'production', '--config', values.config, '--format', 'json'];
  const ran = await promisify(execFile)('wrangler', list, { timeout: 20_000, env: { ...process.env, CI: '1' } }).catch(
    () => null,
  );
  const parsed = ran && z.array(z.object({ name: z.string() })).safeParse(JSON.parse(ran.stdout));
  return parsed?.success ? parsed.data.map(({ name }) => name) : null;
}
