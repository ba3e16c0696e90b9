// Renders how a version is taken back, in every response about it.
import { z } from '@hono/zod-openapi';
import { withdrawalReason } from '../../contract/withdrawals.ts';
import { iso } from '../../core/clock.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { kindField } from '../requests/version-reference.ts';
import { actorModel } from './event-wire.ts';

const withdrawal = z
  .object({
    reason: z.string().openapi({ example: 'Returns wrong embeddings for empty texts. Use 1.2.1.' }),
    at: z.iso.datetime(),
    by: actorModel,
  })
  .openapi('Withdrawal', { description: 'Why, since when and by whom' });

const quarantine = z
  .object({
    reason: z.string().openapi({ example: 'Sends its inputs to an unknown host.' }),
    objection: z.string().openapi({ description: 'How to object', example: 'Write to security@example.com.' }),
    at: z.iso.datetime(),
  })
  .openapi('Quarantine', { description: 'Why the operator quarantined it, and how to object' });

export const withdrawalFields = {
  yanked: z
    .union([withdrawal, z.null()])
    .openapi({ description: 'Set while only its exact number still resolves to the version' }),
  deprecated: z.union([withdrawal, z.null()]).openapi({ description: "Set while the version shouldn't be used" }),
  quarantined: z
    .union([quarantine, z.null()])
    .openapi({ description: 'Set while the version can be neither deployed nor downloaded' }),
};

export const withdrawalBody = z
  .object({
    kind: kindField,
    yanked: withdrawalReason
      .nullish()
      .openapi({ description: 'Why. Null offers the version again', example: 'Returns wrong embeddings. Use 1.2.1.' }),
    deprecated: withdrawalReason
      .nullish()
      .openapi({ description: 'What to use instead, and until when. Null undoes it', example: null }),
  })
  .openapi('WithdrawalChanges');

export const withdrawalEffects =
  'Only its exact number still resolves to a yanked version: it is not active, and a rollback reaches it only by its number. A deprecated version works as before. Both show their reason wherever the version is, and neither stops what is live.';

export const quarantineField = withdrawalFields.quarantined;

export function withdrawalWire({
  deprecated,
  quarantined,
  yanked,
}: Pick<PluginVersion, 'yanked' | 'deprecated' | 'quarantined'>): z.infer<z.ZodObject<typeof withdrawalFields>> {
  return {
    yanked: yanked && { ...yanked, at: iso(yanked.at) },
    deprecated: deprecated && { ...deprecated, at: iso(deprecated.at) },
    quarantined: quarantineWire(quarantined),
  };
}

/** Leaves out which operator it was. */
export function quarantineWire(quarantined: PluginVersion['quarantined']): z.infer<typeof quarantine> | null {
  return quarantined && { reason: quarantined.reason, objection: quarantined.objection, at: iso(quarantined.at) };
}
