// Uploads that several confirm at the same time.
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { systemActor } from '../../../src/contract/actor.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { UploadId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { claimUpload } from '../../../src/registry/uploads/uploads.ts';
import worker from '../../../src/worker.ts';
import { clientOf } from '../../support/client.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { uploaded } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

export const db = database(env.DB);

export function rowOf(id: UploadId) {
  return db
    .select()
    .from(uploads)
    .where(eq(uploads.id, id))
    .limit(1)
    .then(([row]) => row);
}

export async function tick(): Promise<void> {
  const context = createExecutionContext();
  await worker.scheduled(createScheduledController(), env, context);
  await waitOnExecutionContext(context);
}

/** Creates an organization, and returns what races for its uploads. */
export async function confirmScene() {
  const org = await organization({ pluginsPerNamespace: 1000 });

  /** Returns a client for a Worker whose inline deadline has always passed. */
  function withoutTime(swapped: Parameters<typeof testApp>[0] = {}): Organization {
    const { fetch } = testApp({ confirmInlineMs: 0, ...swapped });
    return { ...org, ...clientOf(`Bearer ${org.key}`, fetch) };
  }

  async function claimedSince(msAgo: number, name: string) {
    const packed = plugin({ name });
    const upload = await uploaded(org, packed, packed.zip);
    const { deps } = testApp({ clock: clockAt(systemClock.now() - msAgo) });
    const scope = { ownerId: org.namespaceId, organizationId: org.id, actor: systemActor };
    const { claim } = await claimUpload(deps, upload.upload_id, scope, { etag: null, sizeBytes: null, message: null });
    expect(claim?.upload).toMatchObject({ status: 'confirming', attempts: 1 });
    return upload;
  }

  return { org, withoutTime, claimedSince };
}
