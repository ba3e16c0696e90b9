// Draws the page of a release at three moments. A real release would need thousands of calls for its curves.
import type { Page } from 'playwright-core';
import type { components } from '../../../src/client/api.gen.d.ts';
import { drawnAt } from './times.ts';

type InFull = components['schemas']['ReleaseInFull'];
type Measured = NonNullable<InFull['measured']>;
type Decision = InFull['decisions'][number];

const minuteMs = 60_000;
const ago = (minutes: number) => new Date(Date.parse(drawnAt) - minutes * minuteMs).toISOString();
const system = { id: 'system', type: 'system' } as const;
const idOf = (moment: number) => `rel_01m7wc54fherz84624ahd1k00${moment}`;

/** Points of a curve: usual calls, of which the candidate's fail from some point on. */
function seriesOf(failing: boolean): Measured['series'] {
  return Array.from({ length: 40 }, (_, nth) => ({
    at: Date.parse(ago(40 - nth)),
    stable: { calls: 90, errors: nth % 9 === 4 ? 1 : 0, p95_ms: 42 + (nth % 5) },
    candidate: { calls: 10, errors: failing && nth > 30 ? nth % 3 : 0, p95_ms: 39 + ((nth * 3) % 7) },
  }));
}

function measured(failing: boolean): Measured {
  return {
    stable: { calls: 3600, errors: 4, crashes: 0, p50_ms: 12, p95_ms: 44.3 },
    candidate: { calls: 400, errors: failing ? 9 : 0, crashes: 0, p50_ms: 11.2, p95_ms: 41.8 },
    gates: [
      { gate: 'error_rate', evidence: failing ? 1 : 0 },
      { gate: 'p95_ratio', evidence: 0.04 },
      { gate: 'crashes', evidence: 0 },
      { gate: 'answer_diff', evidence: 0.21 },
    ],
    compared: {
      answers: 180,
      differing: 2,
      paths: [
        { path: '$.took_ms', count: 178, varies: true, what: 'number differs' },
        { path: '$.items[*].score', count: 2, varies: false, what: 'number differs by more than 1e-6' },
      ],
    },
    step_calls: 212,
    series: seriesOf(failing),
  };
}

function decided(nth: number, type: string, minutes: number, more: Partial<Decision>): Decision {
  const id = `evt_01m7wc54fherz84624ahd1k00${nth}`;
  return {
    id,
    type,
    at: ago(minutes),
    actor: system,
    percent: 1,
    step: 0,
    reason: null,
    gate: null,
    measured: null,
    ...more,
  };
}

const counts = {
  stable: { calls: 1210, errors: 1, p95_ms: 44 },
  candidate: { calls: 24, errors: 0, p95_ms: 41 },
};
const begun = [
  decided(0, 'release.started', 40, {}),
  decided(1, 'release.stepped', 25, { percent: 10, step: 1, measured: counts }),
];
const failure = '9 of 400 calls to the candidate failed (2.3%), and 4 of 3,600 to the stable version (0.11%)';

function releaseAt(moment: number, more: Partial<InFull>): InFull {
  return {
    id: idOf(moment),
    plugin: { name: 'my_plugin', kind: 'extractor', id: 'plg_01m7wc54fherz84624ahd1k000' },
    from: { version: '1.3.0', plugin_id: 'my_plugin_1_3_0' },
    to: { version: '1.4.0', plugin_id: 'my_plugin_1_4_0' },
    state: 'rolling',
    step: 1,
    steps: 3,
    percent: 10,
    shadow_percent: 0,
    plan: { steps: [{ percent: 1 }, { percent: 10, shadow: 5 }, { percent: 50 }] },
    reason: null,
    created_by: system,
    created_at: ago(40),
    step_started_at: ago(25),
    updated_at: ago(0),
    ended_at: null,
    measured: measured(false),
    waits_for: '2 min 20 s and 88 more calls of the candidate',
    decisions: begun,
    ...more,
  };
}

const ended = { percent: 0, ended_at: ago(1), waits_for: null };
const moments: InFull[] = [
  releaseAt(0, {}),
  releaseAt(1, {
    ...ended,
    state: 'reverted',
    reason: failure,
    measured: measured(true),
    decisions: [
      ...begun,
      decided(2, 'release.reverted', 1, { percent: 0, step: 1, reason: failure, gate: 'error_rate', measured: counts }),
    ],
  }),
  releaseAt(2, {
    ...ended,
    state: 'succeeded',
    step: 2,
    decisions: [
      ...begun,
      decided(2, 'release.stepped', 12, { percent: 50, step: 2, measured: counts }),
      decided(3, 'release.succeeded', 1, { percent: 100, step: 2, measured: counts }),
    ],
  }),
];

/** The pages of these releases. */
export const releasePages = moments.map(({ id, state }) => ({
  name: `release-${state}`,
  path: `/n/{namespace}/releases/${id}`,
  shown: 'my_plugin 1.3.0 to 1.4.0',
  isLive: true as const,
}));

export async function withReleases(page: Page): Promise<void> {
  for (const release of moments)
    await page.route(`**/v1/**/releases/${release.id}`, (route) => route.fulfill({ json: release }));
}
