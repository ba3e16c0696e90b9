// Renders the GPUs that builders lend: everything for operators; for an organization, cards and its own plugins on them.
import { z } from '@hono/zod-openapi';
import { type GpuCard, type GpuHolder, type Gpus, lendsTo } from '../../contract/builder/machine/gpus.ts';

const bytes = z.int().openapi({ example: 21_474_836_480 });

const holderModel = z
  .object({
    plugin: z.string().openapi({ description: 'Name and version', example: 'clip_search@1.0.0' }),
    processes: z.int().openapi({ description: 'Its processes on this card', example: 4 }),
    lent_bytes: bytes.openapi({ description: 'What they may use together' }),
    used_bytes: bytes.nullable().openapi({ description: "Null if it can't be measured", example: 3_328_599_654 }),
  })
  .openapi('GpuHolder');

const holderInFull = holderModel
  .extend({
    organization: z.string().openapi({ example: 'org_01k9zj2m4hfxz8cq3v7t5rw6ab' }),
    instance: z.string().openapi({ example: 'dep_01k9zj2m4hfxz8cq3v7t5rw6ab' }),
  })
  .openapi('GpuHolderInFull');

const card = z.object({
  index: z.int().openapi({ description: "The driver's index, as nvidia-smi shows it", example: 0 }),
  uuid: z.string().openapi({
    description: 'As in CUDA_VISIBLE_DEVICES. A MIG device has its own',
    example: 'GPU-8f3c2f0e-6a55-4f4e-9a0b-0d7c6a1f2e3b',
  }),
  name: z.string().openapi({ example: 'NVIDIA H100 80GB HBM3' }),
  memory_bytes: bytes.openapi({ example: 85_520_809_984 }),
  free_bytes: bytes.openapi({
    description: 'What is neither lent nor used by other programs',
    example: 64_046_000_000,
  }),
});
const cardModel = card
  .extend({ holders: z.array(holderModel).openapi({ description: "The organization's own plugins on it" }) })
  .openapi('Gpu');
const cardInFull = card
  .extend({
    used_bytes: bytes.openapi({ description: 'What all programs on the machine use' }),
    lent_bytes: bytes,
    holders: z.array(holderInFull),
  })
  .openapi('GpuInFull');

const wholeCardsOnly = z.string().nullable().openapi({
  description: 'Why only whole cards are lent. Null if shares are lent, too',
  example: null,
});

/** A builder's GPUs as an organization sees them. */
export const builderGpusModel = z
  .object({ whole_cards_only: wholeCardsOnly, cards: z.array(cardModel) })
  .openapi('BuilderGpus')
  .nullable()
  .openapi({ description: 'GPUs that the builder lends to the organization. Null if it lends none to it' });

/** A builder's GPUs as operators see them. */
export const builderGpusInFull = z
  .object({
    problem: z.string().nullable().openapi({
      description: 'Why it lends none, although `BUILDER_GPUS` asks it to',
      example: null,
    }),
    driver: z.string().nullable().openapi({ example: '580.95.05' }),
    cuda: z.string().nullable().openapi({ description: 'The newest CUDA that the driver supports', example: '13.0' }),
    whole_cards_only: wholeCardsOnly,
    trusted_for: z
      .union([z.literal('all'), z.array(z.string())])
      .nullable()
      .openapi({
        description:
          'Organizations that may hold GPUs at the same time (`BUILDER_GPUS_TRUSTED_FOR`). Null: one at a time',
        example: null,
      }),
    ended: z.int().openapi({
      description: 'Processes that were ended because they used more than their share, since the builder started',
      example: 0,
    }),
    cards: z.array(cardInFull),
  })
  .openapi('BuilderGpusInFull')
  .nullable()
  .openapi({ description: 'Null unless `BUILDER_GPUS` is set' });

export function builderGpusWire(gpus: Gpus | undefined, organization: string): z.infer<typeof builderGpusModel> {
  if (!gpus || !lendsTo(gpus, organization)) return null;
  const ownHolders = ({ holders }: GpuCard) => holders.filter((holder) => holder.organization === organization);
  const cards = gpus.cards.map((one) => ({ ...cardWire(one), holders: ownHolders(one).map(holderWire) }));
  return { whole_cards_only: gpus.whole_cards_only, cards };
}

export function builderGpusInFullWire(gpus: Gpus | undefined): z.infer<typeof builderGpusInFull> {
  if (!gpus) return null;
  const cards = gpus.cards.map((one) => ({
    ...cardWire(one),
    used_bytes: one.used_bytes,
    lent_bytes: one.lent_bytes,
    holders: one.holders.map((holder) => ({
      ...holderWire(holder),
      organization: holder.organization,
      instance: holder.instance,
    })),
  }));
  const { cuda, driver, ended, problem, trusted_for, whole_cards_only } = gpus;
  return { problem, driver, cuda, whole_cards_only, trusted_for, ended, cards };
}

function cardWire({ index, lent_bytes, memory_bytes, name, used_bytes, uuid }: GpuCard): z.infer<typeof card> {
  const free_bytes = Math.max(0, memory_bytes - Math.max(lent_bytes, used_bytes));
  return { index, uuid, name, memory_bytes, free_bytes };
}

function holderWire({ lent_bytes, plugin, processes, used_bytes }: GpuHolder): z.infer<typeof holderModel> {
  return { plugin: `${plugin.name}@${plugin.version}`, processes, lent_bytes, used_bytes };
}
