// Formats the GPUs that builders lend, for `slipway builders` and `slipway doctor`.
import type { components } from '../../client/api.gen.d.ts';
import { cardWords } from '../../contract/plugin/gpu-words.ts';
import { formatGiB } from '../../core/quantities.ts';
import { table } from '../terminal/table.ts';

type Gpus = NonNullable<components['schemas']['BuilderGpusInFull']>;
type OwnGpus = NonNullable<components['schemas']['BuilderGpus']>;

/** Returns a builder's GPUs for a table's cell, such as `1, 20 of 80 GiB lent`. */
export function gpusCell(gpus: Gpus | null | undefined): string {
  if (!gpus) return '-';
  if (gpus.problem !== null) return '! none';
  const sum = (read: (card: Gpus['cards'][number]) => number) =>
    formatGiB(gpus.cards.reduce((all, one) => all + read(one), 0));
  return `${gpus.cards.length}, ${sum((card) => card.lent_bytes)} of ${sum((card) => card.memory_bytes)} lent`;
}

/** Returns a builder's GPUs and their holders, below its other facts. */
export function formatGpus(gpus: Gpus | null | undefined): string {
  if (!gpus) return '';
  const problem = gpus.problem === null ? '' : `\n✗ It lends no GPUs: ${gpus.problem}\n`;
  const whole = gpus.whole_cards_only === null ? '' : `\n! It lends only whole GPUs. ${gpus.whole_cards_only}\n`;
  const cards = gpus.cards.map(({ index, lent_bytes, memory_bytes, name, used_bytes, uuid }) => [
    ...[String(index), name, formatGiB(memory_bytes), formatGiB(lent_bytes), formatGiB(used_bytes), uuid],
  ]);
  const holders = gpus.cards.flatMap(({ holders: all, index }) =>
    all.map(({ lent_bytes, organization, plugin, processes, used_bytes }) => [
      ...[String(index), plugin, String(processes), formatGiB(lent_bytes)],
      ...[used_bytes === null ? '-' : formatGiB(used_bytes), organization],
    ]),
  );
  const cardTable =
    cards.length === 0 ? '' : `\n${table([['GPU', 'NAME', 'MEMORY', 'LENT', 'USED', 'UUID'], ...cards])}`;
  const titles = ['GPU', 'HELD BY', 'PROCESSES', 'LENT', 'USED', 'ORGANIZATION'];
  const holderTable = holders.length === 0 ? '' : `\n${table([titles, ...holders])}`;
  return `${cardTable}${holderTable}${whole}${problem}`;
}

/** Returns the facts about a builder's GPUs as rows of a table. */
export function gpuFacts(gpus: Gpus | null | undefined): string[][] {
  if (!gpus) return [];
  const { cuda, driver, ended, trusted_for } = gpus;
  const trusted =
    trusted_for === null ? 'one organization at a time' : trusted_for === 'all' ? 'all' : trusted_for.join(', ');
  return [
    ['NVIDIA driver', `${driver ?? 'not known'}, CUDA ${cuda ?? 'not known'}`],
    ['GPUs for', trusted],
    ['ended', `${ended} ${ended === 1 ? 'process' : 'processes'} that used more GPU memory than their share`],
  ];
}

/** Returns what an organization sees of a card, such as `NVIDIA H100 (card 0): 60 GiB of 80 GiB free; clip@1.0.0 holds 20 GiB`. */
export function ownCardText({ free_bytes, holders, memory_bytes, ...card }: OwnGpus['cards'][number]): string {
  const held = holders.map(({ lent_bytes, plugin }) => `; ${plugin} holds ${formatGiB(lent_bytes)}`);
  return `${cardWords(card)}: ${formatGiB(free_bytes)} of ${formatGiB(memory_bytes)} free${held.join('')}`;
}
