// Says in words what an instance holds of a builder's GPUs, for the command line and the console. Free of zod, which the console lacks.
import { formatGiB } from '../../core/quantities.ts';

/** As in the API's `InstanceGpus`. */
interface Held {
  cards: readonly { name: string; index: number }[];
  lent_bytes: number;
  used_bytes: number | null;
}

/** Returns words such as `20 GiB of NVIDIA H100 (card 0), 3.1 GiB used`. */
export function heldGpusWords({ cards, lent_bytes, used_bytes }: Held): string {
  const used = used_bytes === null ? 'use not measured' : `${formatGiB(used_bytes)} used`;
  return `${formatGiB(lent_bytes)} of ${cards.map(cardWords).join(' and ')}, ${used}`;
}

export function cardWords({ index, name }: Held['cards'][number]): string {
  return `${name} (card ${index})`;
}
