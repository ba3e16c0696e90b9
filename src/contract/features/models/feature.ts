// Defines the events of models.
import { z } from 'zod';
import { eventWithData } from '../../event-data.ts';

export const events = {
  'model.set': eventWithData('A model was stored, or its content replaced.', {
    name: z.string(),
    sha256: z.string(),
    size_bytes: z.int(),
    waived_because: z
      .string()
      .nullable()
      .describe('Why a format that may run code was accepted. Null: the format cannot run code.'),
  }),
  'model.deleted': eventWithData('A model was deleted.', { name: z.string() }),
};
