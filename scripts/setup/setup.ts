// Implements `npm run setup`: installs Slipway on a Cloudflare account, from scratch to a smoke test. It reuses existing resources and
// creates missing ones, so it can be stopped anywhere and rerun. `--dry-run` prints the changes without making them.
import { answerHelp } from '../machine/command-line.ts';
import { print } from '../machine/terminal.ts';
import { SetupFailure } from './cloudflare.ts';
import { runProgram } from './deployment.ts';
import { install } from './install.ts';
import { secretsFile } from './installation.ts';
import { askAtTerminal, readOptions, settle, usage } from './settings.ts';
import { smokeTest } from './smoke-test.ts';

answerHelp(usage);
try {
  const options = readOptions(process.argv.slice(2));
  const setup = await settle(process.cwd(), options, process.env, askAtTerminal);
  const isDry = options['dry-run'];
  const { SLIPWAY_ADMIN_TOKEN: ADMIN_TOKEN, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = process.env;
  const given = { ADMIN_TOKEN, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY };
  await install(setup, { organization: options.organization, isDry, given, run: runProgram, print });
  if (isDry) print('Nothing was changed. Run setup without --dry-run to make these changes.');
  else await finish(setup.secrets.API_KEY, setup.url);
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  print(`✗ ${error.message}`);
  process.exitCode = 1;
}

async function finish(key: string | undefined, url: string): Promise<void> {
  if (key !== undefined) await smokeTest(url, key, print);
  print(
    `${secretsFile} has the admin token, DATA_KEK and the first key. Copy it to a secret manager: there is no other copy.`,
  );
  print(`Sign in at ${url} with the key, or: slipway login --base-url ${url}`);
}
