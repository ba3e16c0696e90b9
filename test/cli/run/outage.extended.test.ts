// Tests what each command that follows something says during outages.
import { afterEach, expect, test, vi } from 'vitest';
import { following } from '../../../src/contract/limits/event-streams.ts';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

afterEach(() => vi.restoreAllMocks());

const waiting = 'trying again for up to 120 s';

const down: Scripted = { status: 502 };
const headers = { 'slipway-request-id': 'req_1' };
/** Breaks before anything has changed. */
const quiet: Scripted = { headers, body: ': nothing new\n\n', broken: true };
const id = 'rel_01m7wc54fherz84624ahd0kr7h';
const log = { deployment_id: 'dep_1', generation: 1, lines: [] };
const line: Scripted = { headers, body: `id: 1\nevent: log\ndata: ${JSON.stringify(log)}\n\n`, broken: true };
const gone: Scripted = { status: 404, body: { error: 'it is gone' } };

test.each<[string[], Scripted[]]>([
  [
    ['deployments', 'show', 'dep_1', '--watch'],
    [down, down, quiet, down, gone],
  ],
  [
    ['releases', 'watch', id],
    [{ body: { id, ended_at: null } }, down, quiet, down, gone],
  ],
  [
    ['logs', '--deployment', 'dep_1', '--follow'],
    [line, down, quiet, down, gone],
  ],
])('two short outages that are far apart do not end slipway %j, which announces each', async (args, answers) => {
  await using server = await scriptedServer(...answers);
  vi.spyOn(performance, 'now').mockImplementation(() => server.received.length * 0.8 * following.outageMaxMs);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stderr, stdout } = await inProcess([...args, '--json'], environment);
  const announced = `! The server responded with 502 Bad Gateway; ${waiting}\n`;
  expect([exit, stderr]).toEqual(['failed', `${announced}${announced}✗ it is gone\n`]);
  expect(stdout).not.toContain(waiting);
});
