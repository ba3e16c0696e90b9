// Says why an instance gets no GPU: who holds the cards and how to free some, or what can't be lent here at all.
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';
import type { Gpus } from '../../../src/contract/builder/machine/gpus.ts';
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import { gpuLimits } from '../../../src/contract/limits/gpus.ts';
import { type GpuShare, gpuShareText, gpusFullMark } from '../../../src/contract/plugin/gpu-share.ts';
import { formatGiB } from '../../../src/core/quantities.ts';
import type { Card } from './card.ts';
import { GpuLending, type LentShare, lentBytes, shareBytes } from './gpu-lending.ts';

/** A request for shares. */
export interface Wanted {
  plugin: InstanceSpec['plugin'];
  organization: string;
  share: GpuShare;
  processes: number;
}

export interface Holder {
  plugin: InstanceSpec['plugin'];
  organization: string;
  shares: readonly LentShare[];
}

/** The cards that the builder lends, and its rules. */
export interface Terms {
  cards: readonly Card[];
  /** Why shares aren't lent, as a sentence. Null if they are. */
  wholeCardsOnly: string | null;
  trustedFor: Gpus['trusted_for'];
}

/** Returns why the request can't be met even with all cards free; undefined if it can. */
export function impossibleError(
  { organization, plugin, processes, share }: Wanted,
  { cards, trustedFor, wholeCardsOnly }: Terms,
): StartError | undefined {
  const refused = (why: string): StartError => ({ code: 'needs-gpu', message: `${nameOf(plugin)} asks for ${why}` });
  const asked = gpuShareText(share, processes);
  if (Array.isArray(trustedFor) && !trustedFor.includes(organization))
    return refused(
      `${asked}, but this builder lends GPUs to other organizations only. Its operator names them in BUILDER_GPUS_TRUSTED_FOR.`,
    );
  if (!('cards' in share) && wholeCardsOnly !== null)
    return refused(`${asked}, but this builder lends only whole GPUs: ${wholeCardsOnly} Ask for \`num_gpus\` of 1.`);
  const least = Math.min(...cards.map((card) => shareBytes(share, card)));
  if (least < gpuLimits.shareBytesMin)
    return refused(`${asked}, ${formatGiB(least)} here. The smallest share is ${formatGiB(gpuLimits.shareBytesMin)}.`);
  if (new GpuLending(cards).fit(share, processes, new Map())) return undefined;
  const has = cards.map((card) => `GPU ${card.index} with ${formatGiB(card.memory_bytes)}`).join(', ');
  return refused(
    `${asked}, more than this builder has: ${has}. Ask for fewer processes (\`num_replicas\`) or a smaller share.`,
  );
}

interface Taken {
  cards: readonly Card[];
  holders: readonly Holder[];
  /** Bytes of each card that other programs use. */
  others: ReadonlyMap<string, number>;
}

export function fullError(wanted: Wanted, taken: Taken): StartError {
  const { organization, plugin, processes, share } = wanted;
  const held = taken.cards.map((card) => cardText(card, taken, organization));
  const own = taken.holders.filter((holder) => holder.organization === organization);
  const message = [
    `${nameOf(plugin)} asks for ${gpuShareText(share, processes)}, ${gpusFullMark}.`,
    ...held,
    ...adviceFor(plugin, own),
  ].join(' ');
  return { code: 'gpu-full', message };
}

function cardText(card: Card, { holders, others }: Taken, organization: string): string {
  const used = others.get(card.uuid);
  const parts = [
    ...holders.flatMap((holder) => holderText(card, holder, organization)),
    ...(used === undefined ? [] : [`other programs use ${formatGiB(used)}`]),
  ];
  return `GPU ${card.index} (${card.name}, ${formatGiB(card.memory_bytes)}): ${parts.join(', ') || 'free'}.`;
}

/** Another organization's plugins aren't named. */
function holderText(card: Card, { plugin, shares, ...holder }: Holder, organization: string): string[] {
  const here = shares.filter((share) => lentBytes(share, card) > 0);
  const [first] = here;
  if (!first) return [];
  const name = holder.organization === organization ? nameOf(plugin) : 'another organization';
  const each = first.bytes === null ? 'all of it' : formatGiB(first.bytes);
  return [`${name} holds ${here.length === 1 ? each : `${here.length} × ${each}`}`];
}

function adviceFor(plugin: Wanted['plugin'], own: readonly Holder[]): string[] {
  const [first] = own;
  const smaller = 'ask for fewer processes (`num_replicas`) or a smaller share (`num_gpus`, `gpu_memory_gb`)';
  if (!first) return [`Try again later, or ${smaller}.`];
  const undeploy = `\`slipway undeploy ${first.plugin.name}@${first.plugin.version}\``;
  const isOlder = own.some((holder) => holder.plugin.name === plugin.name);
  return [
    `Undeploy one that you don't need (${undeploy}), or ${smaller}.`,
    ...(isOlder ? ['`slipway publish --replace` undeploys the older versions first if it must.'] : []),
  ];
}

function nameOf({ name, version }: Wanted['plugin']): string {
  return `${name} ${version}`;
}
