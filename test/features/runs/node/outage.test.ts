// Tests that a command that follows a run continues through short outages.
import { afterEach, expect, test, vi } from 'vitest';
import { following } from '../../../../src/contract/limits/event-streams.ts';
import { inProcess } from '../../../cli/in-process.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

afterEach(() => vi.restoreAllMocks());

const down = { status: 502 };
/** Breaks before anything has changed. */
const quiet = { headers: { 'slipway-request-id': 'req_1' }, body: ': nothing new\n\n', broken: true };
const gone = { status: 404, body: { error: 'it is gone' } };

test('two short outages that are far apart do not end slipway runs watch, which announces each', async () => {
  await using server = await scriptedServer(down, quiet, down, gone);
  vi.spyOn(performance, 'now').mockImplementation(() => server.received.length * 0.8 * following.outageMaxMs);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stderr, stdout } = await inProcess(['runs', 'watch', 'run_1', '--json'], environment);
  const waiting = 'trying again for up to 120 s';
  const announced = `! The server responded with 502 Bad Gateway; ${waiting}\n`;
  expect([exit, stderr]).toEqual(['failed', `${announced}${announced}✗ it is gone\n`]);
  expect(stdout).not.toContain(waiting);
});
