// Runs before `npm run deploy`: makes wrangler.production.toml again, of the wrangler.toml of this release and of what setup saved.
import { print } from '../local/terminal.ts';
import { SetupFailure } from '../setup/cloudflare.ts';
import { configurationFile, readInstallation, writeConfiguration } from '../setup/installation.ts';

try {
  const installation = await readInstallation(process.cwd());
  if (installation === undefined)
    throw new SetupFailure('production.json is missing. Run `npm run setup`: it finds what exists on the account.');
  await writeConfiguration(process.cwd(), installation);
  print(`✓ ${configurationFile} is made.`);
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  print(`✗ ${error.message}`);
  process.exitCode = 1;
}
