// Defines the events of advisories, and of versions that are taken back.
import { z } from 'zod';
import { reaches, severities } from '../advisories.ts';
import { eventWithData } from '../event-data.ts';

const pluginId = z.string().describe("The version's name and number, such as `text_embed_1_0_0`.");
const reason = z.string().describe('Why, in the words of who did it.');
const takenBack = { plugin_id: pluginId, reason };
const restored = { plugin_id: pluginId };

const live = z
  .array(z.object({ namespace_id: z.string(), deployment_id: z.string() }))
  .describe('Where the version is live: at most 100 deployments.');
const livePlaces = z.int().describe('Number of namespaces in which the version is live.');

export const supplyChainEvents = {
  'version.affected': eventWithData('Advisories were found to affect a version that is live. It stays live.', {
    plugin_id: pluginId,
    advisories: z
      .array(
        z.object({
          advisory_id: z.string(),
          severity: z.enum(severities).nullable(),
          package: z.string().describe('The package and its version, as a package URL.'),
          fixed_in: z.string().nullable().describe('The lowest version that is not affected, if one is known.'),
          reach: z.enum(reaches),
        }),
      )
      .describe('At most 100 advisories.'),
    count: z.int().describe('Number of advisories.'),
    live,
    live_places: livePlaces,
  }),
  'version.yanked': eventWithData('A version was yanked: only its exact number still resolves to it.', takenBack),
  'version.unyanked': eventWithData('A yanked version is offered again.', restored),
  'version.deprecated': eventWithData('A version was deprecated. Nothing else changes.', takenBack),
  'version.undeprecated': eventWithData("A version's deprecation was withdrawn.", restored),
  'version.quarantined': eventWithData(
    'The operator quarantined a version: it can be neither deployed nor downloaded.',
    {
      ...takenBack,
      objection: z.string().describe('How to object.'),
      live,
      live_places: livePlaces,
    },
  ),
  'version.unquarantined': eventWithData('The operator lifted a quarantine.', restored),
};
