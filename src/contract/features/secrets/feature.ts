// Defines the events and queue messages of secrets.
import { z } from 'zod';
import { eventWithData } from '../../event-data.ts';
import { idSchema } from '../../ids.ts';

export const events = {
  'secret.set': eventWithData(
    'A secret was created, or its value replaced. Deployments that use it are replaced next.',
    { name: z.string(), revision: z.int() },
  ),
  'secret.deleted': eventWithData('A secret was deleted.', { name: z.string() }),
};

export const messages = [
  /** Replaces the namespace's deployments that run with previous secret values. */
  z.object({
    v: z.literal(1),
    type: z.literal('restart-for-secrets'),
    id: idSchema('namespace'),
    /** The secrets' revision when the walk started, and the last deployment it checked. */
    from: z.object({ revision: z.int(), after: idSchema('deployment') }).exactOptional(),
  }),
] as const;
