// The GPUs that builders lend to the organization, and its plugins on them.
import { cardWords } from '../../../contract/plugin/gpu-words.ts';
import { formatGiB } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { capitalized, Status } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';

interface LentCard {
  builder: string;
  card: Schemas['Gpu'];
}

export function LentGpus({ builders }: { builders: readonly Schemas['Builder'][] }) {
  const cards = builders.flatMap(({ gpus, name }) => gpus?.cards.map((card) => ({ builder: name, card })) ?? []);
  if (cards.length === 0) return null;
  const wholeOnly = builders.filter(({ gpus }) => typeof gpus?.whole_cards_only === 'string');
  return (
    <>
      <h2>GPUs</h2>
      <Table caption="GPUs" columns={columns} rows={cards} keyOf={({ card }) => card.uuid} />
      {wholeOnly.map(({ gpus, name }) => (
        <p key={name}>
          <Status tone="warning">{`${capitalized(name)} lends only whole GPUs`}</Status>: {gpus?.whole_cards_only}
        </p>
      ))}
    </>
  );
}

const columns: Column<LentCard>[] = [
  { id: 'gpu', title: 'GPU', kind: 'varies', cell: ({ card }) => cardWords(card) },
  { id: 'gpu-builder', title: 'Builder', hidden: 'below-600', cell: ({ builder }) => capitalized(builder) },
  {
    id: 'gpu-free',
    title: 'Memory',
    cell: ({ card }) => `${formatGiB(card.free_bytes)} of ${formatGiB(card.memory_bytes)} free`,
  },
  {
    id: 'gpu-holders',
    title: 'Your plugins',
    kind: 'varies',
    cell: ({ card: { holders } }) =>
      holders.length === 0 ? 'none' : holders.map((holder) => <div key={holder.plugin}>{holderText(holder)}</div>),
  },
];

function holderText({ lent_bytes, plugin, processes, used_bytes }: Schemas['GpuHolder']): string {
  const used = used_bytes === null ? '' : `, ${formatGiB(used_bytes)} used`;
  return `${plugin}: ${formatGiB(lent_bytes)} in ${processes} ${processes === 1 ? 'process' : 'processes'}${used}`;
}
