// Implements `npm run smoke URL`: publishes, calls and deletes a plugin. The key is SLIPWAY_API_KEY, or the one that setup made.
import { print } from '../local/terminal.ts';
import { SetupFailure } from './cloudflare.ts';
import { readSecrets } from './installation.ts';
import { smokeTest } from './smoke-test.ts';

try {
  const [url] = process.argv.slice(2);
  const key = process.env.SLIPWAY_API_KEY ?? (await readSecrets(process.cwd())).API_KEY;
  if (url === undefined) throw new SetupFailure('The URL is missing. Use npm run smoke https://slipway.example.com.');
  if (key === undefined)
    throw new SetupFailure('There is no key. Set SLIPWAY_API_KEY to one that may publish, call and delete.');
  await smokeTest(url, key, print);
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  print(`✗ ${error.message}`);
  process.exitCode = 1;
}
