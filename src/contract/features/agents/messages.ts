// Defines the queue messages of agent plugins.
import { z } from 'zod';
import { idSchema } from '../../ids.ts';

export const messages = [
  /** Fetches the agent plugin's artifact and compares it with its checksum. */
  z.object({ v: z.literal(1), type: z.literal('verify-artifact'), id: idSchema('plugin') }),
  /** Records a request for the agent plugin's artifact, so it counts as in use. */
  z.object({ v: z.literal(1), type: z.literal('artifact-fetched'), id: idSchema('plugin') }),
] as const;
