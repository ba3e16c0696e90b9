// Defines the event and the states of a namespace's vector features.
import { z } from 'zod';
import { eventWithData } from '../../event-data.ts';

/** The feature's index in the store: being created, existing, or being removed. */
export const featureStates = ['adding', 'ready', 'removing'] as const;

export const events = {
  'namespace.reconfigured': eventWithData(
    "A namespace's vector features were reconciled with its deployed plugins: some were added or removed.",
    { added: z.array(z.string()), removed: z.array(z.string()) },
  ),
};
