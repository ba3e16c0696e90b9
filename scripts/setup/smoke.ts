// Implements `npm run smoke URL`: publishes, calls and deletes a plugin. Uses the key in SLIPWAY_API_KEY, or the one that setup
// created.
import { readCommandLine } from '../machine/command-line.ts';
import { print } from '../machine/terminal.ts';
import { SetupFailure } from './cloudflare.ts';
import { readSecrets } from './installation.ts';
import { smokeTest } from './smoke-test.ts';

const usage = `npm run smoke -- URL

Publishes, calls and deletes a plugin.

  URL   where Slipway is reached, such as https://slipway.example.com

Environment:
  SLIPWAY_API_KEY   a key that may publish, call and delete (the one that setup made)`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [1, 1] });
const [url = ''] = positionals;
try {
  const key = process.env.SLIPWAY_API_KEY ?? (await readSecrets(process.cwd())).API_KEY;
  if (key === undefined)
    throw new SetupFailure('No key was found. Set SLIPWAY_API_KEY to a key that may publish, call and delete.');
  await smokeTest(url, key, print);
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  print(`✗ ${error.message}`);
  process.exitCode = 1;
}
