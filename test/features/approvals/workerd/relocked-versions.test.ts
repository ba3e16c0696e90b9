// Tests over HTTP who may approve a relocked version.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { pluginVersions } from '../../../../src/db/schema/registry.ts';
import { digestOf, relocking } from '../../../support/plugins/relocking.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { personIdOf, personIn } from '../../../support/scenes/people.ts';
import { messageOf } from '../../../support/scenes/staged.ts';

test("the authors of sources that nobody approved don't approve the relocked version, and others do", async () => {
  const r = await relocking({ words: '1.0' });
  const [ana, bo, cleo] = [await personIn(r.org, 'Ana'), await personIn(r.org, 'Bo'), await personIn(r.org, 'Cleo')];
  await r.db
    .update(pluginVersions)
    .set({ createdBy: { type: 'person', id: await personIdOf(ana) } })
    .where(eq(pluginVersions.organizationId, r.org.id));
  r.resolveTo(() => ({ words: '1.1' }));
  const path = `${r.org.plugins}/words_ext_1_0_0/relock`;
  const digest = digestOf((await bo.post(path)).body);
  const published = await bo.post(`${path}/publish`, { digest, stage: true });
  expect(published.body).toMatchObject({ version: '1.0.1', stage: 'staged' });

  const { sha256 } = (await r.lockOfVersion(0, 1)).version;
  const approve = (person: Organization) => person.post(`${r.org.plugins}/words_ext_1_0_1/approve`, { sha256 });
  expect(messageOf(await approve(ana))).toContain('You are an author of the sources that were published again.');
  expect(messageOf(await approve(bo))).toContain('You published this version.');
  expect((await approve(cleo)).status).toBe(200);
});
