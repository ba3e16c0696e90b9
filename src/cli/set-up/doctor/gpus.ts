// Checks GPUs for `slipway doctor`: those that builders lend to the organization, and those of this machine.
import type { components } from '../../../client/api.gen.d.ts';
import type { MachineReport } from '../../../contract/builder/machine/health.ts';
import { type Finding, lacking, right, wrong } from '../../command/finding.ts';
import { ownCardText } from '../../run/gpu-text.ts';

type Builder = components['schemas']['Builder'];

/** The first NVIDIA card of a machine. */
export const cardDevice = '/dev/nvidia0';

/** Lists the cards that builders lend to the organization. Servers of other versions may not report any. */
export function lentGpus(builders: readonly Pick<Builder, 'gpus' | 'name'>[]): Finding[] {
  return builders.flatMap(({ gpus, name }) => {
    if (!gpus) return [];
    const where = builders.length === 1 ? '' : `${name}, `;
    const cards = gpus.cards.map((card) => right('gpu', `${where}${ownCardText(card)}`));
    if (gpus.whole_cards_only === null) return cards;
    const [reason, fix] = halves(gpus.whole_cards_only);
    return [...cards, lacking('gpu', `${where}only whole GPUs are lent: ${reason}`, fix)];
  });
}

/** Reports why this machine's builder lends no GPUs. */
export function ownGpus({ gpus }: Pick<MachineReport, 'gpus'>, hasCard: boolean): Finding[] {
  if (gpus && gpus.problem !== null) {
    const [problem, fix] = halves(gpus.problem);
    return [wrong('gpu', `the builder lends no GPUs: ${problem}`, fix)];
  }
  if (gpus || !hasCard) return [];
  const fix = 'start it with BUILDER_GPUS=all to run plugins on the GPU, confined (docs/gpus.md)';
  return [lacking('gpu', 'this machine has an NVIDIA GPU, but its builder lends none', fix)];
}

/** Splits a builder's message into its first sentence and the advice after it. */
function halves(message: string): [reason: string, fix: string] {
  const end = message.indexOf('. ');
  if (end === -1) return [message.replace(/\.$/, ''), 'read docs/gpus.md'];
  const advice = message.slice(end + 2).replace(/\.$/, '');
  return [message.slice(0, end), advice.charAt(0).toLowerCase() + advice.slice(1)];
}
