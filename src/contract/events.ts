// The catalogue of events. Every state change writes one; the same rows are audit log, activity feed and webhook source.
import { z } from 'zod';

/** Who did it: a key, the operator with the admin token, or Slipway itself (sweeps, queue consumers). */
export const actorRefSchema = z.object({
  type: z.enum(['key', 'admin', 'system']),
  id: z.string(),
});
export type ActorRef = z.infer<typeof actorRefSchema>;

export const systemActor: ActorRef = { type: 'system', id: 'slipway' };

export const eventTypes = [
  'organization.created',
  'key.created',
  'namespace.created',
  'namespace.updated',
  'namespace.deleted',
  'upload.created',
  'upload.confirming',
  'upload.reopened',
  'upload.rejected',
  'upload.expired',
  'version.published',
  'version.deleted',
  'plugin.active_version_changed',
  'deployment.queued',
  'deployment.claimed',
  'deployment.building',
  'deployment.starting',
  'deployment.verifying',
  'deployment.ready',
  'deployment.promoted',
  'deployment.failed',
  'deployment.superseded',
  'deployment.cancelled',
  'deployment.stopped',
  'pointer.moved',
  'pointer.emptied',
] as const;
export type EventType = (typeof eventTypes)[number];
