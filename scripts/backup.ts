// Implements `npm run backup -- FOLDER`: copies a local Slipway's state, running or stopped.
import { resolve } from 'node:path';
import { formatBytes } from '../src/core/quantities.ts';
import { backUp } from './backup/back-up.ts';
import { damageText } from './backup/objects.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';

const usage = `npm run backup -- FOLDER [--with-keys]

  FOLDER        a folder that does not exist, or is empty
  --with-keys   also copies secrets.json and local.json: a reader of the backup can then read its secrets

Environment (defaults in parentheses):
  SLIPWAY_STATE   state folder (.slipway)`;

const { positionals, values } = readCommandLine(usage, {
  options: { 'with-keys': { type: 'boolean', default: false } },
  positionals: [1, 1],
});
const [folder = ''] = positionals;
const withKeys = values['with-keys'];
const result = await backUp(resolve(process.env.SLIPWAY_STATE ?? '.slipway'), resolve(folder), withKeys);
if (typeof result === 'string') {
  process.stderr.write(`backup: ${result}\n`);
  process.exitCode = 1;
} else {
  print(`${result.files} files, ${formatBytes(result.bytes)}, in ${folder}`);
  print(
    withKeys
      ? 'It contains the key to its secrets (secrets.json). Keep this folder as safe as the key itself, encrypted and separate from other backups.'
      : 'It does NOT contain the key to its secrets. Keep a copy of secrets.json and local.json elsewhere. Without them, nothing encrypted can be read.',
  );
  print(
    "It does not contain storage plugins' files (builder/data, builder/data-images). Copy them while Slipway is stopped.",
  );
  if (result.damaged.length > 0) {
    process.stderr.write(
      `backup: ${damageText(result.damaged)}. The backup has them as they are; an older one may have them intact.\n`,
    );
    process.exitCode = 1;
  }
}
