// Tests that the overview's badge never says better than the page below it.
import { expect, test } from 'vitest';
import { type OverviewFacts, overviewHealth } from '../../src/console/data/overview-health.ts';

const need = {
  id: 'need_1',
  kind: 'failed-deployment',
  title: 'broken 1.0.0 failed to deploy',
  namespace_id: 'ns_1',
  subject: 'broken',
  since: '2026-03-05T09:00:00.000Z',
  action: { label: 'See why', page: null, command: 'slipway deployments' },
  fingerprint: 'dep_1',
  dismissed: false,
};
const urgent = { ...need, severity: 'bad' as const };
const soon = { ...need, severity: 'warn' as const };

function healthOf(facts: Partial<OverviewFacts>) {
  const attention = { needs: [], incomplete: [] };
  return overviewHealth({ live: 2, failing: 0, calls: { calls: 100, errors: 5 }, attention, ...facts });
}

test.each<[name: string, facts: Partial<OverviewFacts>, tone: string, text: string]>([
  ['nothing bad is known', {}, 'good', 'All 2 live plugins are healthy'],
  ['one is live', { live: 1 }, 'good', 'The live plugin is healthy'],
  ['something can wait', { attention: { needs: [soon], incomplete: [] } }, 'good', 'All 2 live plugins are healthy'],
  ['nothing is live', { live: 0 }, 'quiet', 'Nothing is live'],
  ['a plugin fails', { failing: 1, attention: { needs: [urgent], incomplete: [] } }, 'bad', '1 plugin fails'],
  ['a need is urgent', { attention: { needs: [urgent, soon], incomplete: [] } }, 'bad', '1 urgent need'],
  [
    'needs are urgent and nothing is live',
    { live: 0, attention: { needs: [urgent, urgent], incomplete: [] } },
    'bad',
    '2 urgent needs',
  ],
  [
    "most of the day's calls failed before a rollback",
    { calls: { calls: 100, errors: 68 } },
    'warning',
    "68% of the day's calls failed; no plugin fails now",
  ],
  [
    'the needs could not be read',
    { attention: undefined },
    'quiet',
    '2 live; some of what needs you could not be read',
  ],
  [
    'some needs could not be read',
    { attention: { needs: [], incomplete: ['quota'] } },
    'quiet',
    '2 live; some of what needs you could not be read',
  ],
])('the badge if %s', (_, facts, tone, text) => {
  expect(healthOf(facts)).toEqual({ tone, text });
});
