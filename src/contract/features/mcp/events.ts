// Defines the events of sets of tools.
import { z } from 'zod';
import { eventWithData } from '../../events/event-data.ts';

export const events = {
  'tool_set.set': eventWithData(
    'A set of tools was created or replaced. Clients see the new tools the next time they list them.',
    {
      name: z.string(),
      tool_count: z.int().describe('Number of its tools.'),
      requires_approval: z.boolean(),
    },
  ),
  'tool_set.deleted': eventWithData('A set of tools was deleted.', { name: z.string() }),
};
