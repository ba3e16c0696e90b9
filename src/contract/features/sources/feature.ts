// Defines the events of credentials for private sources.
import { z } from 'zod';
import { eventWithData } from '../../event-data.ts';

export const events = {
  'source.added': eventWithData('A credential for private sources was added.', {
    source: z.string().describe("The source's host and path."),
    expires_at: z.string().nullable(),
  }),
  'source.rotated': eventWithData("A private source's token was replaced.", {
    source: z.string(),
    revision: z.int(),
    expires_at: z.string().nullable(),
  }),
  'source.removed': eventWithData('A credential for private sources was removed.', { source: z.string() }),
};
