// Defines the events of releases. Their subject is the release; together they are its decisions.
import { z } from 'zod';
import { eventWithData } from '../event-data.ts';
import { releaseGates } from '../releases.ts';

const side = z.object({ calls: z.int(), errors: z.int(), p95_ms: z.number().nullable() });

const decided = {
  plugin_id: z.string().describe("The plugin's ID, `plg_…`"),
  step: z.int().describe("Index of the plan's step."),
  percent: z.number().describe('Share of calls by name for the candidate from now on.'),
  measured: z
    .object({ stable: side, candidate: side })
    .nullable()
    .describe('Calls of both versions until then. Null: none were measured.'),
};
const versionId = z.string().meta({ example: 'ver_01m7wc54fherz84624ahd0kr7h' });
const reason = z.string().nullable().describe('Why, if there is more to say.');

export const releaseEvents = {
  'release.started': eventWithData("A release began to move a plugin's calls to another version.", {
    ...decided,
    from: versionId.describe('ID of the version that serves the name, `ver_…`'),
    to: versionId.describe('ID of the released version, `ver_…`'),
  }),
  'release.stepped': eventWithData('A release moved to its next step.', decided),
  'release.paused': eventWithData('A release was paused. Its shares stay.', { ...decided, reason }),
  'release.resumed': eventWithData('A paused release continues.', decided),
  'release.reverted': eventWithData('All calls went back to the version that serves the name.', {
    ...decided,
    gate: z.enum(releaseGates).nullable().describe('The gate that failed. Null: a person reverted it.'),
    reason,
  }),
  'release.succeeded': eventWithData('The released version has the name.', decided),
  'release.cancelled': eventWithData('A release ended without a result.', { ...decided, reason }),
};
