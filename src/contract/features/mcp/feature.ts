// Defines the events of sets of tools.
import { z } from 'zod';
import { eventWithData } from '../../event-data.ts';
import { setChange } from './tool-sets.ts';

const changed = {
  name: z.string(),
  changes: z.array(setChange).describe('What models read before and after. Long texts are cut.'),
  more_changes: z.int().describe('How many changes are left out.'),
};
const content = {
  ...changed,
  tool_count: z.int().describe('Number of its tools.'),
  requires_approval: z.boolean(),
};
const sha256 = z.string().describe('Digest of the proposal.');
const decided = { sha256, note: z.string().nullable() };

export const events = {
  'tool_set.set': eventWithData(
    'A set of tools was created or replaced. Clients see the new tools the next time they list them.',
    content,
  ),
  'tool_set.proposed': eventWithData(
    'A set of tools was proposed. Until someone else approves it, agents get what was approved before.',
    { ...content, sha256 },
  ),
  'tool_set.approved': eventWithData('A proposed set of tools was approved. Agents get it from now on.', {
    ...content,
    ...decided,
  }),
  'tool_set.rejected': eventWithData('A proposed set of tools was rejected.', { name: z.string(), ...decided }),
  'tool_set.deleted': eventWithData('A set of tools was deleted.', changed),
};
