// Defines the events of secrets.
import { z } from 'zod';
import { eventWithData } from '../../events/event-data.ts';

export const events = {
  'secret.set': eventWithData(
    'A secret was created, or its value replaced. Deployments that use it are replaced next.',
    { name: z.string(), revision: z.int() },
  ),
  'secret.deleted': eventWithData('A secret was deleted.', { name: z.string() }),
};
