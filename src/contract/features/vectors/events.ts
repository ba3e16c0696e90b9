// Defines the event of a namespace's vector features.
import { z } from 'zod';
import { eventWithData } from '../../events/event-data.ts';

export const events = {
  'namespace.reconfigured': eventWithData(
    "A namespace's vector features were reconciled with its deployed plugins: some were added or removed.",
    { added: z.array(z.string()), removed: z.array(z.string()) },
  ),
};
