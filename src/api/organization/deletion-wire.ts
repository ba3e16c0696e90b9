// Defines the form of an organization's deletion, for its own surface and the operator's.
import { z } from '@hono/zod-openapi';
import { isoOrNull } from '../../core/clock.ts';
import type { Deletion } from '../../organizations/deletion.ts';

export const deletionModel = z
  .object({
    organization_id: z.string(),
    name: z.string(),
    deletion_due_at: z.iso.datetime().nullable().openapi({
      description:
        'When the organization is closed and all that it has is deleted. Until then everything goes on, and it can be cancelled. Null: its deletion is not requested',
    }),
  })
  .openapi('OrganizationDeletion');

export function deletionWire({ organizationId, name, dueAt }: Deletion): z.infer<typeof deletionModel> {
  return { organization_id: organizationId, name, deletion_due_at: isoOrNull(dueAt) };
}
