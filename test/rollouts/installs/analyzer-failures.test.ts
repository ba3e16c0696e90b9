// Tests what becomes of an installation whose program the builder can't analyze, with a real Git repository and compiler.
// @module-tag git
// @module-tag go
// @module-tag long
import { eq } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { BuilderError, type BuilderErrorCode } from '../../../src/contract/builder/errors.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { advanceUpload } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { committed, freshGoName, pipelineSource } from '../../support/plugins/go-sources.ts';
import { organization } from '../../support/scenes/organization.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

/** Installs a plugin by a builder whose analyses fail with this error. */
async function installWith(code: BuilderErrorCode, message: string) {
  const analyze = () => Promise.reject(new BuilderError(code, message));
  const { deps, fetch } = testApp({ builder: watchedBuilder(testApp().deps.builder, { analyze }).builder });
  const org = await organization({ fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', pipelineSource());
  return { deps, answer: await org.post('/api/plugins', { name, repository, version: 'v1' }) };
}

test("an install whose builder can't analyze Go programs is refused with the builder's reason, and never retried", async () => {
  const message = "Go 1.99.0 can't be used for plugins.";
  const { answer } = await installWith('capability-missing', message);
  expect([answer.status, Object(answer.body).error.message]).toEqual([503, message]);
});

test("an install that crashes the builder's analyzer is tried three times, and then fails as the platform's fault", async () => {
  const message = 'The analyzer crashed, which is not the fault of the plugin.';
  const { answer, deps } = await installWith('analyzer-failed', message);
  const { id, status } = Object(answer.body);
  expect(status).toBe('building');
  await expect(advanceUpload(deps, id)).rejects.toThrow(message);
  expect(await advanceUpload(deps, id)).toBe(true);
  const [upload] = await deps.db.select().from(uploads).where(eq(uploads.id, id)).limit(1);
  expect(upload).toMatchObject({
    status: 'rejected',
    rejectionReason: 'attempts',
    refusal: { code: 'analyzer-failed', message },
  });
});
