// An organization's quota of stored bytes, as its users see it and its operator sets it.
import { z } from 'zod';
import { clientOf } from '../client.ts';
import { adminAuthorization, type Organization } from './organization.ts';

const count = z.int();
const usageModel = z.object({
  quotas: z.object({
    stored_bytes: z.object({
      used: count,
      max_allowed: count,
      held_by: z.object({
        archives: count,
        models: count,
        artifacts: count,
        runs: count,
        later_calls: count,
        logs: count,
      }),
    }),
  }),
});

export async function storedBytes(org: Organization) {
  return usageModel.parse((await org.get('/v1/quotas')).body).quotas.stored_bytes;
}

/** Sets the quota to this many bytes above the current use. Null restores the default quota. */
export async function leaveRoom(org: Organization, bytes: number | null): Promise<number | null> {
  const limit = bytes === null ? null : (await storedBytes(org)).used + bytes;
  const path = `/v1/admin/organizations/${org.id}/quotas`;
  const { status } = await clientOf(adminAuthorization).patch(path, { stored_bytes: limit });
  if (status !== 200) throw new Error(`the quota was not set: ${status}`);
  return limit;
}
