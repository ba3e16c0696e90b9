// A version that waits for approval.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { database } from '../../../src/db/client.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import type { Organization } from '../../support/scenes/organization.ts';
import { firstId } from '../../support/scenes/staged.ts';

export const db = database(env.DB);

export const tryIt = (org: Organization, id = firstId, body: object = { inputs: { text: 'hi' } }) =>
  org.post(`${org.plugins}/${id}/trial`, body);

/** Decides the organization's versions that wait, as their approval does. */
export async function decide(org: Organization, stage: 'approved' | 'rejected'): Promise<void> {
  const waits = and(eq(pluginVersions.organizationId, org.id), eq(pluginVersions.stage, 'staged'));
  await db.update(pluginVersions).set({ stage, stagedUntil: null }).where(waits);
}

export const service = (body: string) => `import os

from shared.plugins.inference.serve import BaseInferenceService
from shared.plugins.secrets import get


class ReachInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        ${body}
`;
