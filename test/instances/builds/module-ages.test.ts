// Tests which age an install demands of Go modules.
// @module-tag git
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { BuildEvent, BuildSpec } from '../../../src/contract/builder/builds.ts';
import { namespaces } from '../../../src/db/schema/access.ts';
import { testApp } from '../../support/deps.ts';
import { committed, freshGoName, pipelineSource } from '../../support/plugins/go-sources.ts';
import { organization } from '../../support/scenes/organization.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

test('an install asks for modules as old as the stricter of plugin.yaml and the namespace, and reports young ones', async () => {
  const error = { code: 'modules-too-young' as const, message: 'example.com/young v1.0.0 was made yesterday.' };
  const asked: BuildSpec['older_than'][] = [];
  const { builder } = watchedBuilder(testApp().deps.builder, {
    analyze: async () => ({ recipe: 'a'.repeat(64), reached: [], functions: null }),
    build: async function* (spec): AsyncGenerator<BuildEvent> {
      asked.push(spec.older_than);
      yield { type: 'failed', key: 'a'.repeat(64), error, deterministic: false };
    },
  });
  const definition = 'name: aged\nversion: "1"\ndependencies_older_than: 12h\n';
  const app = testApp({ builder });
  const org = await organization({ fetch: app.fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', { ...pipelineSource(), 'plugin.yaml': definition });
  const install = () => org.post('/api/plugins', { name, repository, version: 'v1' });
  expect(await install()).toMatchObject({ status: 422, text: expect.stringContaining(error.message) });
  const ofOrganization = eq(namespaces.organizationId, org.id);
  await app.deps.db.update(namespaces).set({ dependenciesOlderThan: '2w' }).where(ofOrganization);
  await install();
  expect(asked).toEqual(['12h', '2w']);
});
