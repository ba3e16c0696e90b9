// An organization with a Go plugin of two live versions, of which v1.2.0 serves the name.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { systemClock } from '../../../src/core/clock.ts';
import { idSource } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { plugins, pluginVersions } from '../../../src/db/schema/registry.ts';
import { type TestApp, testApp } from '../deps.ts';
import { textOf } from '../json-text.ts';
import { goDeployment, goOrigin, goPlugin } from '../plugins/go-plugins.ts';
import { losingQueues } from '../workers/losing-queues.ts';
import { type Organization, organization } from './organization.ts';

/** Each version answers with a fixed result. */
export async function goTwoLive(): Promise<{ app: TestApp; org: Organization }> {
  const operate = async () => ({ result: textOf({ upper: 'A' }) });
  const { queues } = losingQueues();
  const app = testApp({ queues, builder: { ...testApp().deps.builder, operate } });
  const org = await organization({ fetch: app.fetch });
  await goPlugin(org, 'pipeline', 'upper');
  await goDeployment(org, 'upper', 'promoted');
  await nextGoVersion(org);
  await goDeployment(org, 'upper', 'promoted');
  return { app, org };
}

async function nextGoVersion({ namespaceId }: Organization): Promise<void> {
  const db = database(env.DB);
  const ofUpper = and(eq(pluginVersions.ownerId, namespaceId), eq(pluginVersions.name, 'upper'));
  const [version] = await db.select().from(pluginVersions).where(ofUpper);
  if (!version) throw new Error('not installed');
  const id = idSource(systemClock.now)('version');
  await db.insert(pluginVersions).values({ ...version, id, minor: 3, source: { ...goOrigin, ref: 'v1.3.0' } });
  await db.update(plugins).set({ activeVersionId: id }).where(eq(plugins.id, version.pluginId));
}
