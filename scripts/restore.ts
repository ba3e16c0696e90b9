// Implements `npm run restore -- FOLDER`: creates a state folder from a backup.
import { resolve } from 'node:path';
import { damageText } from './backup/objects.ts';
import { restore } from './backup/restore.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';

const usage = `npm run restore -- FOLDER [--keys FOLDER]

  FOLDER          a backup
  --keys FOLDER   where secrets.json and local.json are, if they are not in the backup

Environment (defaults in parentheses):
  SLIPWAY_STATE   state folder, which must not exist yet, or be empty (.slipway)`;

const { positionals, values } = readCommandLine(usage, {
  options: { keys: { type: 'string' } },
  positionals: [1, 1],
});
const [folder = ''] = positionals;
const state = resolve(process.env.SLIPWAY_STATE ?? '.slipway');
const result = await restore(resolve(folder), state, resolve(values.keys ?? folder));
if (typeof result === 'string') {
  process.stderr.write(`restore: ${result}\n`);
  process.exitCode = 1;
} else {
  print(`restored ${result.files} files to ${state}, as of ${result.begunAt}. Start it with \`npm start\`.`);
  if (result.damaged.length > 0) print(`${damageText(result.damaged)}. Publish the versions again that need them.`);
}
