// Tests the console's text about a deployment's trigger, outcome and duration.
import { expect, test } from 'vitest';
import {
  deploymentDetail,
  deploymentSince,
  findTrigger,
  tookMs,
} from '../../src/console/data/deployments/deployment-trigger.ts';

test.each([
  ['key', 'extractor', { generation: 1 }, 'publish'],
  ['key', 'extractor', { generation: 2 }, 'deploy'],
  ['key', 'extractor', { generation: 2, rollback: true }, 'rollback'],
  ['hook', 'extractor', { generation: 1 }, 'push'],
  ['hook', 'pipeline', { generation: 1 }, 'push'],
  ['key', 'storage', { generation: 1 }, 'install'],
  ['system', 'pipeline', { generation: 2 }, 'automatic'],
] as const)(
  'a deployment requested by a %s, of the kind %s, with %j, is shown as by %s',
  (type, kind, fields, trigger) => {
    expect(findTrigger({ created_by: { type, id: `${type}_1` }, kind, rollback: false, ...fields })).toBe(trigger);
  },
);

const created_at = '2026-03-01T00:00:00.000Z';
const plain = { error: null, serving: false, version: '1.0.0' } as const;

test.each([
  ['failed', { ...plain, status: 'failed', error: 'no model\nat line 3' }, '1.1.0', 'no model'],
  ['was overtaken', { ...plain, status: 'superseded' }, '1.1.0', 'A later request superseded it.'],
  ['is live', { ...plain, status: 'promoted', serving: true }, '1.0.0', ''],
  ['is on standby', { ...plain, status: 'promoted', serving: true }, '1.1.0', '1.1.0 is live.'],
  ['was replaced', { ...plain, status: 'stopped' }, '1.1.0', '1.1.0 is live.'],
  ['was deployed again', { ...plain, status: 'stopped' }, '1.0.0', 'A later deployment replaced it.'],
  ['was undeployed', { ...plain, status: 'stopped' }, null, 'It was undeployed.'],
] as const)("a deployment's detail is right if it %s", (_what, deployment, live_version, detail) => {
  expect(deploymentDetail(deployment, { live_version, live_calls: null })).toBe(detail);
});

test('the detail of a live deployment with failing calls states their number', () => {
  const live_calls = { since: created_at, calls: 1410, errors: 1400, invalid_inputs: 0 };
  const plugin = { live_version: '1.0.0', live_calls };
  expect(deploymentDetail({ ...plain, status: 'promoted', serving: true }, plugin)).toBe(
    '1,400 of 1,410 calls failed.',
  );
});

test.each([
  ['is live, since its version took the name', { serving: true, version: '1.0.0' }, '2026-03-01T00:00:09.000Z'],
  ['is on standby, since it was promoted', { serving: true, version: '1.1.0' }, '2026-03-01T00:00:02.000Z'],
  ['has ended, since then', { serving: false, version: '1.0.0' }, '2026-03-01T00:00:05.000Z'],
])("a deployment's state has the right start time if it %s", (_what, fields, since) => {
  const times = { promoted_at: '2026-03-01T00:00:02.000Z', updated_at: '2026-03-01T00:00:05.000Z' };
  const live_calls = { since: '2026-03-01T00:00:09.000Z', calls: 0, errors: 0, invalid_inputs: 0 };
  expect(deploymentSince({ ...times, ...fields }, { live_version: '1.0.0', live_calls })).toBe(since);
});

test.each([
  ['is live', '2026-03-01T00:00:02.000Z', [{ ended_at: '2026-03-01T00:00:01.000Z' }], 2000],
  ['failed', null, [{ ended_at: '2026-03-01T00:00:01.000Z' }], 1000],
  ['is under way', null, [{ ended_at: '2026-03-01T00:00:01.000Z' }, { ended_at: null }], null],
  ['was superseded before it began', null, [], null],
] as const)('a deployment has the right duration if it %s', (_what, promoted_at, steps, took) => {
  expect(tookMs({ created_at, promoted_at, steps })).toBe(took);
});
