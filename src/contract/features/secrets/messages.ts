// Defines the queue message of secrets.
import { z } from 'zod';
import { idSchema } from '../../ids.ts';

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
