// Tests how published versions are evaluated after a change to a waiver (D25).
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../src/contract/messages.ts';
import type { Deps } from '../../../../src/deps.ts';
import { rescan } from '../../../../src/scan-host/rescan.ts';
import { sweep } from '../../../../src/sweep.ts';
import { clockAt, type TestClock, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { waiverOf } from '../scenes/waivers.ts';

const minute = 60_000;

interface Scene {
  org: Organization;
  deps: Deps;
  clock: TestClock;
  sent: Message[];
}

async function scene(): Promise<Scene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const { deps, fetch } = testApp({ clock, queues });
  return { org: await organization({ fetch }), deps, clock, sent };
}

/** Sweeps, and handles the message for this organization. Returns whether there was such a message. */
async function sweepAndRescan({ deps, sent, org }: Scene): Promise<boolean> {
  sent.length = 0;
  await sweep(deps);
  const isSent = sent.some(({ type, id }) => type === 'rescan' && id === org.id);
  if (isSent) await rescan(deps, org.id);
  return isSent;
}

const evalPlugin = () => plugin({ files: { 'tables.py': `rows = eval("${crypto.randomUUID()}")\n` } });

const changes = async (org: Organization) =>
  (await eventsOf(org)).flatMap(({ type, data }) => (type === 'version.verdict_changed' ? [data] : []));
const verdictOf = async (org: Organization): Promise<unknown> =>
  Object((await org.get(`${org.plugins}/hello_ext_1_0_0`)).body).plugin?.scan_verdict;
const deploy = (org: Organization) => org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);

const rejected = {
  status: 400,
  body: {
    error: {
      type: 'SecurityViolationError',
      details: { resource: 'plugin', id: 'hello_ext_1_0_0', rules: ['SLP201'] },
    },
    detail:
      "Plugin hello_ext_1_0_0 can't be deployed. The current scan policy rejects this version (SLP201). Live deployments are not affected.",
  },
};

describe('a waiver', () => {
  test('a waiver that expires or is revoked causes a rejection, and a new waiver allows deployments again', async () => {
    const s = await scene();
    const hour = { expires_at: new Date(s.clock.now() + 60 * minute).toISOString() };
    await waiverOf(s.org, hour);
    await publish(s.org, evalPlugin());
    expect(await verdictOf(s.org)).toBe('warn');
    s.clock.advance(60 * minute);
    expect(await deploy(s.org)).toMatchObject(rejected);
    expect(await sweepAndRescan(s)).toBe(true);
    expect(await verdictOf(s.org)).toBe('reject');
    const id = await waiverOf(s.org, { expires_at: new Date(s.clock.now() + 60 * minute).toISOString() });
    await rescan(s.deps, s.org.id);
    expect((await deploy(s.org)).status).toBe(200);
    await s.org.del(`/v1/waivers/${id}`);
    await rescan(s.deps, s.org.id);
    expect((await changes(s.org)).map(({ from, to }) => [from, to])).toEqual([
      ['warn', 'reject'],
      ['reject', 'warn'],
      ['warn', 'reject'],
    ]);
  });

  test('a waiver for another plugin causes no evaluation', { tags: 'long' }, async () => {
    const s = await scene();
    await publish(s.org, plugin());
    await waiverOf(s.org, { plugin: 'other_ext' });
    expect(await sweepAndRescan(s)).toBe(false);
  });
});
