// Tests `slipway budget`: the requests that it sends, and what it prints.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const limits = { instance_seconds: 7200, calls: null, stored_bytes: null, on_exceeded: 'refuse' };
const unlimited = { spent: 0, limit: null, percent: null, forecast: 0 };
const usage = {
  instance_seconds: { spent: 7200, limit: 7200, percent: 100, forecast: 14_400 },
  ...{ calls: { ...unlimited, spent: 12 }, stored_bytes: { ...unlimited, spent: 5_000_000 } },
};
const budget = { scope: 'org_1', month: '2026-11', limits, operator_limits: null, usage, refusing: true };

async function ran(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const ended = await inProcess(['budget', ...args], { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_test' });
  const sent = server.received.map(({ method, url }) => `${method} ${url}`);
  return { ...ended, sent, body: server.received.at(-1)?.body };
}

test('slipway budget show prints what is spent in hours, and that it refuses', async () => {
  const { exit, sent, stdout } = await ran(['show'], { body: budget });
  expect([exit, sent]).toEqual(['done', ['GET /v1/budget']]);
  expect(stdout).toMatch(/\ninstances +2\.0 h +2\.0 h/);
  expect(stdout).toContain('100% spent');
  expect(stdout).toContain('Now refusing.');
});

test('slipway budget set keeps limits that are not given, and removes one with none', async () => {
  const set = ['set', '--calls', '100', '--stored-gb', '1.5', '--on-exceeded', 'warn'];
  const { exit, sent, body } = await ran(set, { body: budget }, { body: budget });
  expect([exit, sent]).toEqual(['done', ['GET /v1/budget', 'PUT /v1/budget']]);
  const changed = { calls: 100, instance_seconds: 7200, stored_bytes: 1_500_000_000, on_exceeded: 'warn' };
  expect(JSON.parse(body ?? '')).toEqual(changed);
  const removed = await ran(['set', '--instance-hours', 'none'], { body: budget }, { body: budget });
  expect(JSON.parse(removed.body ?? '')).toMatchObject({ instance_seconds: null, on_exceeded: 'refuse' });
  expect((await ran(['set', '--calls', 'many'])).exit).toBe('usage');
});

test('slipway budget usage prints each plugin with its cost', async () => {
  const one = {
    namespace_id: 'ns_1',
    namespace_name: 'default',
    plugin_name: 'echo',
    instance_seconds: 3600,
    calls: 5,
    cost: 2,
  };
  const total = { instance_seconds: 3600, calls: 5, stored_bytes: 0, cost: 2.5 };
  const found = { month: '2026-10', currency: 'EUR', total, by_plugin: [one] };
  const { sent, stdout } = await ran(['usage', '--month', '2026-10'], { body: found });
  expect(sent).toEqual(['GET /v1/usage?month=2026-10']);
  expect(stdout).toContain('default    echo    1.0 h  5      2.00 EUR');
  expect(stdout).toContain('2026-10    total   1.0 h  5      2.50 EUR');
});

test('slipway budget usage --months prints each month with its groups and their total, and --csv what the server wrote', async () => {
  const names = { namespace_id: 'ns_1', namespace_name: 'default', plugin_id: 'plg_1', plugin_name: 'echo' };
  const others = { namespace_id: null, namespace_name: null, plugin_id: null, plugin_name: null };
  const used = { calls: 5, instance_seconds: 3600, cost: null };
  const total = { calls: 10, instance_seconds: 7200, stored_bytes: null, cost: null };
  const months = [
    {
      month: '2026-11',
      total,
      groups: [
        { ...names, ...used },
        { ...others, ...used },
      ],
    },
  ];
  const found = { currency: null, months, forecast: total, limits: total };
  const { sent, stdout } = await ran(['usage', '--months', '1', '--by', 'plugin'], { body: found });
  expect(sent).toEqual(['GET /v1/usage/history?group=plugin&months=1']);
  expect(stdout).toContain('2026-11  default    echo    1.0 h  5');
  expect(stdout).toContain('2026-11  others             1.0 h  5');
  expect(stdout).toContain('2026-11  total              2.0 h  10     -       -');
  const csv = await ran(['usage', '--csv'], { body: 'month\r\n', headers: { 'content-type': 'text/csv' } });
  expect(csv.sent).toEqual(['GET /v1/usage/history?format=csv']);
  for (const args of [
    ['--months', '14'],
    ['--months', '1', '--month', '2026-11'],
    ['--by', 'plugin', '--month', '2026-11'],
  ])
    expect((await ran(['usage', ...args])).exit).toBe('usage');
});
