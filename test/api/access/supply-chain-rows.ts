// Rows of the authorization matrix for advisories, and for versions that are taken back.
import { clientOf } from '../../support/client.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import type { World } from '../../support/scenes/authorization-world.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';
import { digestOf } from '../../support/scenes/staged.ts';
import type { Row } from './authorization-matrix.ts';
import { operator } from './authorization-rows.ts';

const read = { scope: 'plugins:read' } as const;

/** Advisories are the installation's, and what they affect an organization's. */
export const advisories: Record<string, Row> = {
  'GET /v1/advisories': { ...read, of: 'visible' },
  'GET /v1/advisories/{advisory_id}': { ...read, of: 'everyone' },
};

function adminOf({ fetch }: World['org']) {
  return clientOf(adminAuthorization, fetch);
}

const deprecated = 'Use 2.0.0.';

/** A new reason each time, because a repeated one changes nothing. */
export const withdrawal: Pick<Row, 'sent' | 'ready'> = {
  sent: { body: { deprecated } },
  ready: async (_, fresh) => ({ sent: { body: { deprecated: fresh } } }),
};

const quarantined = { reason: 'Sends its inputs away.', objection: 'Write to security@example.com.' };

/** Publishes content that nothing else has, because a quarantine holds for the whole installation. */
async function newContent({ org }: World, name: string): Promise<string> {
  const { plugin_id } = await publish(org, plugin({ name, files: { 'note.txt': crypto.randomUUID() } }));
  return digestOf(org, plugin_id);
}

export const quarantineRows: Record<string, Row> = {
  'GET ': operator,
  'PUT /{sha256}': {
    ...operator,
    sent: { body: quarantined },
    ready: async (world, fresh) => ({ ids: { sha256: await newContent(world, fresh) } }),
  },
  'DELETE /{sha256}': {
    ...operator,
    status: 204,
    ready: async (world, fresh) => {
      const sha256 = await newContent(world, fresh);
      await adminOf(world.org).put(`/v1/admin/quarantines/${sha256}`, quarantined);
      return { ids: { sha256 } };
    },
  },
};
