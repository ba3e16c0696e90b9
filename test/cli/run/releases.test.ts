// Tests the requests and output of `slipway releases`.
import { expect, test } from 'vitest';
import type { ReleaseInFull } from '../../../src/cli/run/releases/format.ts';
import { releaseReporter } from '../../../src/cli/run/releases/watch.ts';
import { createOutput } from '../../../src/cli/terminal/output.ts';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const at = '2026-11-20T12:00:00.000Z';
const id = 'rel_01m7wc54fherz84624ahd0kr7h';
const counts = { calls: 1000, errors: 2, crashes: 0, p50_ms: 12, p95_ms: 48 };
const measured = {
  stable: counts,
  candidate: { ...counts, calls: 100, errors: 1 },
  gates: [{ gate: 'error_rate' as const, evidence: 0.1 }],
  compared: { answers: 200, differing: 3, paths: [] },
  step_calls: 100,
};
const plan: ReleaseInFull['plan'] = {
  steps: [{ percent: 1 }, { percent: 10 }, { percent: 50 }],
  ...{ hold: '5m', max_hold: '24h', sticky: 'call', shadow: 'isolated' },
  gates: {
    ...{ error_rate: { max_increase: 0 }, p95_ratio: 1.5, crashes: true },
    answer_diff: { max_share: 0.01, tolerance: 1e-6, ignore: [] },
  },
};
const release = {
  ...{ id, plugin: { name: 'scores', kind: 'extractor' as const, id: 'plg_1' }, state: 'rolling' as const },
  from: { version: '1.2.0', plugin_id: 'scores_1_2_0' },
  to: { version: '1.3.0', plugin_id: 'scores_1_3_0' },
  ...{ step: 1, steps: 3, percent: 10, shadow_percent: 0, plan, reason: null },
  created_by: { type: 'key' as const, id: 'key_1', name: 'ci' },
  ...{ created_at: at, step_started_at: at, updated_at: at, ended_at: null, measured },
};
const decision = {
  ...{ id: 'evt_1', type: 'release.stepped', at, actor: release.created_by, percent: 10, step: 1 },
  ...{ reason: null, gate: null, measured: null },
};
const full = { ...release, measured: { ...measured, series: [] }, waits_for: '20 more calls', decisions: [decision] };
const reverted = {
  ...{ ...full, state: 'reverted', percent: 0, ended_at: at, reason: 'error rate', waits_for: null },
  decisions: [decision, { ...decision, type: 'release.reverted', percent: 0, reason: 'error rate' }],
};
const page = { body: { results: [release], pagination: { limit: 1, next_cursor: null } } };

async function slipway(answers: Scripted[], ...args: string[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['releases', ...args], environment);
  const asked = server.received.map(({ method, url }) => `${method} ${url.replace('/v1/namespaces/ns_1', '')}`);
  return { ...ran, asked, sent: server.received.at(-1)?.body };
}

test('slipway releases lists releases with their versions, state and share', async () => {
  const { asked, stdout } = await slipway([page], 'list', 'scores', '--active', '--limit', '1');
  expect(asked).toEqual(['GET /releases?limit=1&plugin=scores&active=true']);
  expect(stdout).toContain(`${id}  scores 1.2.0 → 1.3.0  · rolling  10%`);
});

test('slipway releases start sends the plan, and says how to watch the release', async () => {
  const { asked, sent, stdout } = await slipway(
    [{ status: 201, body: release }],
    'start',
    'scores',
    '1.3.0',
    '--release',
    '10,50',
  );
  expect(asked).toEqual(['POST /releases']);
  expect(JSON.parse(sent ?? '')).toMatchObject({
    ...{ plugin: 'scores', version: '1.3.0' },
    plan: { steps: [{ percent: 10 }, { percent: 50 }] },
  });
  expect(stdout).toContain('  next      slipway releases watch scores\n');
});

test('slipway releases start refuses to move all calls at once, and names the command that does', async () => {
  const { asked, exit, stderr } = await slipway([], 'start', 'scores', '1.3.0', '--release', 'immediate');
  expect([asked, exit]).toEqual([[], 'usage']);
  expect(stderr).toContain('slipway rollback scores --to 1.3.0');
});

test('slipway releases show finds the newest release of a name', async () => {
  const { asked, stdout } = await slipway([page, { body: full }], 'show', 'scores');
  expect(asked).toEqual(['GET /releases?plugin=scores&limit=1', `GET /releases/${id}`]);
  expect(stdout).toBe(`· scores 1.2.0 → 1.3.0: rolling
  release   ${id}
  plan      1%, 10%, 50%
  step      2 of 3, 10%
  created   2026-11-20 12:00:00Z
  stable    1.2.0  90%  1,000 calls  0.2% errors  p50 12 ms  p95 48 ms
  candidate 1.3.0  10%  100 calls  1% errors  p50 12 ms  p95 48 ms  1.5% of answers differ
  waits     for 20 more calls
            2026-11-20 12:00:00Z  stepped  10%
`);
});

test('slipway releases show takes the ID of a release', async () => {
  expect((await slipway([{ body: full }], 'show', id)).asked).toEqual([`GET /releases/${id}`]);
});

test('a name without a release is a failure that says how to start one', async () => {
  const none = { body: { results: [], pagination: { limit: 1, next_cursor: null } } };
  const { exit, stderr } = await slipway([none], 'show', 'scores');
  expect([exit, stderr]).toEqual(['failed', expect.stringContaining('slipway releases start scores VERSION')]);
});

test.each([
  [['step', '--yes'], ''],
  [['pause', '--reason', 'lunch'], '{"reason":"lunch"}'],
  [['resume'], ''],
  [['revert', '--yes', '--reason', 'wrong scores'], '{"reason":"wrong scores"}'],
  [['cancel', '--yes'], '{}'],
])('slipway releases %j sends the change', async ([change = '', ...options], body) => {
  const { asked, exit, sent } = await slipway([{ body: full }, { body: release }], change, id, ...options);
  expect([asked.at(-1), sent, exit]).toEqual([`POST /releases/${id}/${change}`, body, 'done']);
});

test.each(['step', 'revert', 'cancel'])(
  'slipway releases %s moves calls, so it needs a confirmation',
  async (change) => {
    const { asked, exit, stderr } = await slipway([{ body: full }], change, id);
    expect([asked, exit]).toEqual([[`GET /releases/${id}`], 'usage']);
    expect(stderr).toContain('--yes');
  },
);

const event = (name: string) => `event: ${name}\ndata: {}\n\n`;
const stream = (...names: string[]): Scripted => ({
  headers: { 'content-type': 'text/event-stream' },
  body: names.map(event).join(''),
});

test('slipway releases watch follows a release until it ends, and fails if it was reverted', async () => {
  const answers = [{ body: full }, stream('release', 'end'), { body: full }, { body: reverted }];
  const { exit, stderr, stdout } = await slipway(answers, 'watch', id);
  expect(exit).toBe('failed');
  expect(stderr).toContain('rolling, step 2 of 3, 10%: waits for 20 more calls');
  expect(stdout).toContain('✗ scores 1.2.0 → 1.3.0: reverted');
});

test('slipway releases watch does not wait for a release that has ended', async () => {
  const { asked, exit } = await slipway([{ body: { ...reverted, state: 'succeeded' } }], 'watch', id);
  expect([asked, exit]).toEqual([[`GET /releases/${id}`], 'done']);
});

test('a watched release is redrawn on a terminal, with both versions and their calls per second', () => {
  let written = '';
  const stream = {
    write: (text: string | Uint8Array) => {
      written += String(text);
      return true;
    },
    isTTY: true,
  };
  let now = 0;
  const report = releaseReporter(createOutput(stream, stream, { TERM: 'xterm' }, false), () => now);
  const seen: ReleaseInFull = { ...full, state: 'rolling' };
  report(seen);
  now = 2000;
  report({ ...seen, measured: { ...full.measured, candidate: { ...counts, calls: 150 } } });
  expect(written).toContain('candidate  1.3.0  10%  150 calls  25.0/s');
});
