// Says when an organization is deleted.
import type { components } from '../../client/api.gen.d.ts';
import { formatTime } from '../terminal/duration.ts';
import { printable } from '../terminal/terminal-text.ts';

export function deletionText({
  deletion_due_at,
  name,
  organization_id,
}: components['schemas']['OrganizationDeletion']): string {
  const organization = `${printable(name)} (${organization_id})`;
  return deletion_due_at === null
    ? `${organization} stays: its deletion is not requested\n`
    : `${organization} is deleted ${formatTime(deletion_due_at)}, with all that it has. Until then everything goes on.\n`;
}
