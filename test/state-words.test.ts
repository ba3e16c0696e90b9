// Tests that the CLI and the console use the same word for each state.
import { expect, test } from 'vitest';
import * as words from '../src/contract/state-words.ts';
import { deploymentStates, uploadStates, uploadStepNames } from '../src/contract/states.ts';
import { filesUnder } from './source-files.ts';

const { deploymentWord, goPluginWord, newestWord, pluginWord, statusWords, versionWord } = words;
const { uploadStepWord, uploadWords } = words;
const restarts = { count: 1 };
const realtime = { deployment_type: 'realtime', version: '1.0.0' } as const;
const plugin = { state: 'live', live_version: '1.0.0', live_calls: null, release: null } as const;
const deployed = { deployed: true, servesName: true, version: '1.0.0' };
const failing = { calls: 9, errors: 5, invalid_inputs: 0 };

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
    [
      deploymentWord({ ...realtime, status: 'promoted', serving: true }, undefined),
      deploymentWord({ ...realtime, status: 'promoted', serving: true }, { ...plugin, live_calls: failing }),
      deploymentWord({ ...realtime, status: 'promoted', serving: true }, { ...plugin, live_version: '1.1.0' }),
      deploymentWord(
        { ...realtime, status: 'promoted', serving: true },
        { ...plugin, live_version: '1.1.0', release: { version: '1.0.0' } },
      ),
      deploymentWord({ ...realtime, deployment_type: 'batch_only', status: 'promoted', serving: true }, undefined),
      ...deploymentStates.map((status) => deploymentWord({ ...realtime, status, serving: false }, plugin)),
    ],
    `live, failing, standby, candidate, batch only, ${deploymentStates.join(', ').replace('promoted', 'draining')}`,
  ],
  [
    'a version that is not deployed',
    [newestWord(null), ...deploymentStates.map(newestWord)],
    `not deployed, ${'deploying, '.repeat(6)}not deployed, failed${', not deployed'.repeat(3)}`,
  ],
  [
    'a version that is not deployed, by its status',
    ['QUEUED', 'PENDING', 'IN_PROGRESS', 'DEPLOYED', 'FAILED', 'NOT_DEPLOYED'].map(
      (status) => Object(statusWords)[status],
    ),
    'deploying, deploying, deploying, not deployed, failed, not deployed',
  ],
  [
    'a version',
    [
      versionWord({ ...deployed, plugin: undefined }, 'failed'),
      versionWord({ ...deployed, plugin: { ...plugin, live_calls: failing } }, 'failed'),
      versionWord({ ...deployed, plugin: { ...plugin, state: 'batch_only' } }, 'failed'),
      versionWord({ ...deployed, servesName: false, plugin }, 'failed'),
      versionWord({ ...deployed, servesName: false, plugin: { ...plugin, release: { version: '1.1.0' } } }, 'failed'),
      versionWord({ ...deployed, servesName: false, plugin: { ...plugin, release: { version: '1.0.0' } } }, 'failed'),
      versionWord({ ...deployed, servesName: false, deployed: false, plugin }, 'failed'),
    ],
    'live, failing, batch only, standby, standby, candidate, failed',
  ],
  [
    'a plugin',
    [
      pluginWord({ state: 'live', live_calls: failing }),
      ...(['live', 'deploying', 'failed', 'batch_only', 'not_deployed'] as const).map((state) =>
        pluginWord({ state, live_calls: null }),
      ),
    ],
    'failing, live, deploying, failed, batch only, not deployed',
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
    'failed, updating, deploying, live, live, restarting',
  ],
])('the states of %s have one word each', (_what, found, expected) => {
  expect(found.join(', ')).toBe(expected);
});

test.each(['src/cli', 'src/console'])('%s takes the words for all states from one place', (folder) => {
  const users = filesUnder(folder).filter(({ source }) => source.text.includes('contract/state-words.ts'));
  expect(Object.keys(words).filter((word) => !users.some(({ source }) => source.text.includes(word)))).toEqual([]);
});
