// Implements `npm run standby`: keeps a copy of a running Slipway's state, and takes over from it.
import { resolve } from 'node:path';
import { formatDuration, formatSeconds } from '../src/core/quantities.ts';
import { damageText } from './backup/objects.ts';
import { readStandby } from './local/state-folder.ts';
import { readCommandLine, UsageError } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';
import { follow, promote, type Takeover } from './standby/follow.ts';
import { remote } from './standby/primary.ts';
import { sendChanges } from './standby/send.ts';

const ageMaxMs = 10_000;
const usage = `npm run standby -- --of WHERE FOLDER
npm run standby -- --status FOLDER
npm run standby -- --promote FOLDER

  FOLDER             the copy, with the primary's keys
  --of WHERE         copies changes until it is stopped. WHERE is the primary's state folder on this machine, or
                     user@host:/folder for one that \`ssh user@host\` reaches
  --status           prints the copy's age, and fails if it is above ${formatSeconds(ageMaxMs)}
  --promote          copies the last changes if it can, and makes FOLDER a state folder for \`npm start\`
  --send             sends the changes of the state folder FOLDER to a standby, which starts this`;

const flag = { type: 'boolean', default: false } as const;
const { positionals, values } = readCommandLine(usage, {
  options: { of: { type: 'string' }, status: flag, promote: flag, send: flag },
  positionals: [1, 1],
});
const folder = resolve(positionals[0] ?? '');
if (values.send) await sendChanges(folder);
else if (values.status) await printStatus();
else if (values.promote) await takeOver();
else if (values.of !== undefined) await follow(folder, remote.test(values.of) ? values.of : resolve(values.of));
else throw new UsageError('One of --of, --status and --promote is missing');

async function printStatus(): Promise<void> {
  const { of, asked_at: askedAt } = (await readStandby(folder)) ?? {};
  if (askedAt === undefined) throw new Error(`${folder} has no complete copy.`);
  const ageMs = Date.now() - Date.parse(askedAt);
  print(`${folder} is a copy of ${of}, at most ${formatDuration(ageMs)} old`);
  if (ageMs > ageMaxMs) process.exitCode = 1;
}

async function takeOver(): Promise<void> {
  const takeover = await promote(folder);
  if (takeover === undefined)
    print(`${folder} is not a standby's copy, or has taken over already. Nothing was changed.`);
  else printLosses(takeover);
  print(`Start the standby: SLIPWAY_STATE=${folder} npm start -- --no-demo`);
}

function printLosses({ at, damaged, problem }: Takeover): void {
  if (problem !== undefined)
    print(`Writes after ${at} are lost (${problem}). The primary must never start again with its old state.`);
  else print(`${damaged.length === 0 ? 'Nothing is lost. ' : ''}The primary can't start again.`);
  if (damaged.length > 0) print(`${damageText(damaged)}. Publish the versions again that need them.`);
}
