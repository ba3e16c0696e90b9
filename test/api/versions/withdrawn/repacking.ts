// Packs the files of a version again.
import { clientOf } from '../../../support/client.ts';
import { type Files, plugin } from '../../../support/plugins/plugin.ts';
import { adminAuthorization, type Organization } from '../../../support/scenes/organization.ts';
import { firstId } from '../../../support/scenes/staged.ts';

export const reason = 'Sends its inputs away.';

const objection = 'Write to security@example.com.';

/** Content that no other test has, because a quarantine holds for the whole installation. */
export const unique = (files: Files = {}) => plugin({ files: { 'lib/note.txt': crypto.randomUUID(), ...files } });

export const quarantines = (org: Organization) => {
  const admin = clientOf(adminAuthorization, org.fetch);
  return {
    add: (sha256: string) => admin.put(`/v1/admin/quarantines/${sha256}`, { reason, objection }),
    lift: (sha256: string) => admin.del(`/v1/admin/quarantines/${sha256}`),
  };
};

export const documentOf = async (org: Organization) => Object((await org.get(`${org.plugins}/${firstId}`)).body).plugin;
