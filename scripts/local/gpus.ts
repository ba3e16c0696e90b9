// Says what `npm start` found of GPUs: those that the builder lends, and why it lends none.
import { existsSync } from 'node:fs';
import type { MachineReport, Shortfall } from '../../src/contract/builder/machine/health.ts';
import { formatGiB } from '../../src/core/quantities.ts';

/** Returns the cards that are lent, such as `NVIDIA H100 (80 GiB)`. */
export function lentGpus({ gpus }: Pick<MachineReport, 'gpus'>): string[] {
  const cards = gpus?.problem === null ? gpus.cards : [];
  return cards.map(({ memory_bytes, name }) => `${name} (${formatGiB(memory_bytes)})`);
}

/** Returns what isn't lent, and why. `device` is the device file of a machine's first card. */
export function gpuShortfalls({ gpus }: Pick<MachineReport, 'gpus'>, device = '/dev/nvidia0'): Shortfall[] {
  const effect = (text: string, reason: string) => [{ effect: text, reason }];
  if (gpus && gpus.problem !== null) return effect('No GPUs are lent to plugins.', sentence(gpus.problem));
  if (gpus && gpus.whole_cards_only !== null) return effect('Only whole GPUs are lent.', gpus.whole_cards_only);
  if (gpus || !existsSync(device)) return [];
  return effect(
    'This machine has an NVIDIA GPU, which plugins do not get.',
    'Start with BUILDER_GPUS=all to lend it (docs/gpus.md).',
  );
}

function sentence(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1);
}
