// Tests a version's status while its upload is being confirmed: pending, never unknown (D40).
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { database } from '../../../src/db/client.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { claimUpload } from '../../../src/registry/uploads/uploads.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

const { deps } = testApp();
const org = await organization();
const at = (name: string) => `${org.plugins}/${name}_1_0_0`;

/** Creates an upload that a confirm has claimed. */
async function confirming(name: string) {
  const packed = plugin({ name });
  const upload = await uploaded(org, packed, packed.zip);
  const scope = { ownerId: org.namespaceId, organizationId: org.id, actor: { type: 'key' as const, id: 'tests' } };
  await claimUpload(deps, upload.upload_id, scope, { etag: null, sizeBytes: null, message: null });
  return upload;
}

test('the status of a new upload is PENDING, then NOT_DEPLOYED', async () => {
  const upload = await confirming('polled_ext');
  const { status, body } = await org.get(`${at('polled_ext')}/status`);
  expect(status).toBe(200);
  expect(body).toEqual({
    plugin_id: 'polled_ext_1_0_0',
    namespace_id: org.namespaceId,
    status: 'PENDING',
    name: 'polled_ext',
    version: '1.0.0',
    realtime_enabled: false,
    message: 'The upload is still being scanned. Confirm it again to get the result.',
    queued_at: null,
    estimated_completion_seconds: null,
    deployed: false,
    retry: null,
    route_prefix: null,
    feature_uri: 'mixpeek://polled_ext@1.0.0',
    deployed_at: null,
    error: null,
    serving: null,
  });
  const leaseUntil = systemClock.now();
  await database(env.DB).update(uploads).set({ leaseUntil }).where(eq(uploads.id, upload.upload_id));
  expect((await confirm(org, upload)).status).toBe(200);
  expect((await org.get(`${at('polled_ext')}/status`)).body).toMatchObject({ status: 'NOT_DEPLOYED' });
});

test.each([
  ['GET', ''],
  ['DELETE', ''],
  ['POST', '/deploy'],
  ['POST', '/undeploy'],
  ['GET', '/logs'],
  ['GET', '/source'],
  ['GET', '/download'],
  ['POST', '/realtime/test'],
])('%s …%s returns 409 with Retry-After', async (method, path) => {
  const name = `pending_${method.toLowerCase()}${path.replaceAll('/', '_')}`;
  const upload = await confirming(name);
  const { status, body, headers } = await org.send(method, `${at(name)}${path}`);
  expect({ status, body, retryAfter: headers.get('retry-after') }).toMatchObject({
    status: 409,
    retryAfter: '2',
    body: {
      error: {
        type: 'UploadPendingError',
        message: `The upload of ${name}_1_0_0 is still being scanned`,
        details: {
          resource: 'plugin',
          id: `${name}_1_0_0`,
          upload_id: upload.upload_id,
          retry_after_seconds: 2,
        },
        hint: 'Retry after the number of seconds in `Retry-After`.',
      },
    },
  });
});

test("an unconfirmed upload, and another organization's upload, are not found", async () => {
  await openUpload(org, { name: 'open_ext', version: '1.0.0' });
  expect((await org.get(`${at('open_ext')}/status`)).status).toBe(404);
  await confirming('hidden_ext');
  const other = await organization();
  expect((await other.get(`${at('hidden_ext')}/status`)).status).toBe(404);
  expect((await other.get(`${other.plugins}/hidden_ext_1_0_0`)).status).toBe(404);
});
