// Published versions, and scans at another policy version or level.
import { env } from 'cloudflare:workers';
import type { Message } from '../../src/contract/messages.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { database } from '../../src/db/client.ts';
import { scans } from '../../src/db/schema/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { rescan } from '../../src/scan-host/rescan.ts';
import { sweep } from '../../src/sweep.ts';
import { clientOf } from '../support/client.ts';
import { clockAt, type TestClock, testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { type Plugin, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';
import { type Get, watchedBucket } from '../support/workers/watched-bucket.ts';

export const db = database(env.DB);

interface Scene {
  org: Organization;
  deps: Deps;
  clock: TestClock;
  sent: Message[];
  /** Archive reads. */
  gets: Get[];
  /** Publishes the plugin under the older policy. */
  publishBefore(archive: Plugin, org?: Organization): Promise<void>;
}

export async function scene(swapped: Partial<Deps> = {}): Promise<Scene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const { blobs, gets } = watchedBucket(testApp().deps.blobs);
  const { deps, fetch } = testApp({ clock, queues, blobs, ...swapped });
  const older = testApp({ clock, queues, policyVersion: '0' });
  const org = await organization({ fetch });
  const publishBefore = async (archive: Plugin, publisher = org) => {
    const sha256 = await sha256Hex(archive.zip);
    const clean = { status: 'done' as const, verdict: 'pass' as const, findings: [], errorRules: [], filesScanned: 0 };
    const scan = { ...clean, id: deps.ids('scan'), sha256, policyVersion: '0', createdAt: clock.now() };
    await db
      .insert(scans)
      .values([
        { ...scan, level: 'seed' },
        { ...scan, id: deps.ids('scan'), level: 'strict' },
      ])
      .onConflictDoNothing();
    await publish({ ...publisher, ...clientOf(`Bearer ${publisher.key}`, older.fetch) }, archive);
  };
  return { org, deps, clock, sent, gets, publishBefore };
}

/** Sweeps, and handles the message for this organization. Returns whether there was such a message. */
export async function sweepAndRescan({ deps, sent, org }: Pick<Scene, 'deps' | 'sent' | 'org'>): Promise<boolean> {
  sent.length = 0;
  await sweep(deps);
  const isSent = sent.some(({ type, id }) => type === 'rescan' && id === org.id);
  if (isSent) await rescan(deps, org.id);
  return isSent;
}

export const evalPlugin = (name = 'hello_ext', version = '1.0.0') =>
  plugin({ name, version, files: { 'tables.py': `rows = eval("${crypto.randomUUID()}")\n` } });

export const smtpPlugin = () => plugin({ files: { 'mail.py': `import smtplib\nKEY = "${crypto.randomUUID()}"\n` } });

export const changes = async (org: Organization) =>
  (await eventsOf(org)).flatMap(({ type, data }) => (type === 'version.verdict_changed' ? [data] : []));

export const verdictOf = async (org: Organization, id = 'hello_ext_1_0_0'): Promise<unknown> =>
  Object((await org.get(`${org.plugins}/${id}`)).body).plugin?.scan_verdict;

export const deploy = (org: Organization, id = 'hello_ext_1_0_0') => org.post(`${org.plugins}/${id}/deploy`);

export const rejected = {
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
