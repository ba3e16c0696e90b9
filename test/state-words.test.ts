// Checks that the command line and the console say each state by the same word.
import { expect, test } from 'vitest';
import * as words from '../src/contract/state-words.ts';
import { deploymentStates, uploadStates, uploadStepNames, verificationStates } from '../src/contract/states.ts';
import { filesUnder } from './source-files.ts';

const { deploymentWord, goPluginWord, uploadStepWord, uploadWords, verificationWords, versionWord } = words;
const restarts = { count: 1 };

test.each([
  ['an upload', uploadStates.map((state) => uploadWords[state]), 'open, scanning, accepted, rejected, expired'],
  [
    'a step at which an upload ended',
    uploadStepNames.map((step) => uploadStepWord(step, 'failed')),
    'not confirmed in time, rejected, the number is taken',
  ],
  [
    'another step of an upload',
    (['waiting', 'in_progress', 'done', 'not_reached'] as const).map((state) => uploadStepWord('receive', state)),
    'waiting for the archive, in progress, done, not reached',
  ],
  [
    'a deployment',
    [deploymentWord('promoted', true), ...deploymentStates.map((state) => deploymentWord(state, false))],
    `live, ${deploymentStates.join(', ')}`,
  ],
  [
    'a version',
    [versionWord(true, 'failed'), versionWord(false, null), ...deploymentStates.map((one) => versionWord(false, one))],
    `live, not deployed, ${'deploying, '.repeat(6)}batch only, failed${', not deployed'.repeat(3)}`,
  ],
  [
    'a Go plugin',
    [
      goPluginWord({ status: 'error', loaded: true, restarts: null }),
      goPluginWord({ status: 'building', loaded: true, restarts: null }),
      goPluginWord({ status: 'building', loaded: false, restarts: null }),
      goPluginWord({ status: 'active', loaded: true, restarts }),
      goPluginWord({ status: 'active', loaded: false, restarts: null }),
      goPluginWord({ status: 'active', loaded: false, restarts }),
    ],
    'failed, updating, building, live, asleep, restarting',
  ],
  [
    "an agent plugin's artifact",
    verificationStates.map((state) => verificationWords[state]),
    'being verified, verified, has a different checksum, cannot be fetched, cannot be verified',
  ],
])('the states of %s have one word each', (_what, found, expected) => {
  expect(found.join(', ')).toBe(expected);
});

test.each(['src/cli', 'src/console'])('%s takes each of these words from one place', (folder) => {
  const users = filesUnder(folder).filter(({ source }) => source.text.includes('contract/state-words.ts'));
  expect(Object.keys(words).filter((word) => !users.some(({ source }) => source.text.includes(word)))).toEqual([]);
});
