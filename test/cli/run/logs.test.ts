// Tests the requests and output of `slipway logs`: paging and times.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const line = (n: number, request?: string) => ({
  ...{ at: `2026-11-20T12:00:00.00${n}Z`, stream: 'stdout', line: `line ${n}` },
  ...(request === undefined ? {} : { request }),
});
const page = (lines: object[], next: string | null = null) => ({
  body: {
    ...{ deployment_id: 'dep_1', generation: 1, instance_state: null, lines },
    pagination: { limit: 1000, next_cursor: next },
  },
});

async function logs(answers: object[], ...args: string[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['logs', '--deployment', 'dep_1', ...args], environment);
  const asked = server.received.map(({ url = '' }) => Object.fromEntries(new URL(url, server.url).searchParams));
  return { ...ran, asked };
}

test('each line has its request ID', async () => {
  const ran = await logs([page([line(1), line(2, 'req_7')])]);
  expect(ran.stdout).toBe('12:00:00.001 stdout | line 1\n12:00:00.002 stdout req_7 | line 2\n');
});

test("a line from a further instance has the instance's number", async () => {
  const ran = await logs([
    page([
      { ...line(1), instance: 2 },
      { ...line(2, 'req_7'), instance: 3 },
    ]),
  ]);
  expect(ran.stdout).toBe('12:00:00.001 stdout #2 | line 1\n12:00:00.002 stdout #3 req_7 | line 2\n');
});

test('--request and --since are sent, and the lines are shown with their request ID', async () => {
  const { asked, stdout } = await logs([page([line(2, 'req_7')])], '--request', 'req_7', '--since', '1h');
  expect(asked).toEqual([{ request: 'req_7', since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) }]);
  expect(stdout).toBe('12:00:00.002 stdout req_7 | line 2\n');
});

test.each(['--tail', '--limit'])('%s reads pages until it has enough lines', async (option) => {
  const answers = [page([line(3), line(4)], 'b2xk'), page([], 'b2xkZXI'), page([line(2)], 'b2xkZXN0')];
  const { asked, stderr, stdout } = await logs(answers, option, '3');
  expect(asked).toEqual([{ tail: '3' }, { tail: '1', cursor: 'b2xk' }, { tail: '1', cursor: 'b2xkZXI' }]);
  expect([stdout.match(/line \d/g), stderr]).toEqual([['line 2', 'line 3', 'line 4'], '']);
});

test("--run requests the run's lines from the run's deployment", async () => {
  const run = { body: { run_id: 'run_7', deployment_id: 'dep_1' } };
  await using server = await scriptedServer(run, page([line(2, 'run_7')]));
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { stdout } = await inProcess(['logs', '--run', 'run_7'], environment);
  expect(server.received.map(({ url }) => url)).toEqual([
    '/v1/namespaces/ns_1/runs/run_7',
    '/v1/namespaces/ns_1/deployments/dep_1/logs?request=run_7',
  ]);
  expect(stdout).toBe('12:00:00.002 stdout run_7 | line 2\n');
});

test('--cursor continues after an earlier page, and an empty result is reported as such', async () => {
  const { asked, stderr } = await logs([page([])], '--cursor', 'b2xk');
  expect([asked, stderr]).toEqual([[{ cursor: 'b2xk' }], 'No line matches.\n']);
});

test('slipway logs without --tail prints a note with the cursor for older lines', async () => {
  const many = Array.from({ length: 1000 }, () => line(1));
  expect((await logs([page(many, 'b2xk')])).stderr).toBe('There are older lines: repeat with --cursor b2xk\n');
});
