// Finds the GPUs that the operator lends, and tries each before it is lent. A card that can't be used, or a sandbox that can't hold it,
// means that none is lent, and the report says why.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../../src/core/log.ts';
import type { Limits, Settings } from '../core/settings.ts';
import type { Card, Found } from '../gpus/card.ts';
import { GpuWatch } from '../gpus/gpu-watch.ts';
import { Gpus } from '../gpus/gpus.ts';
import { Lender } from '../gpus/lender.ts';
import { hostFolder } from '../programs/host-scripts.ts';
import type { Homes } from '../sandbox/homes.ts';
import { namespacesAdvice } from '../sandbox/namespaces-advice.ts';
import { type Confiner, hasOwnRoot, type Sandbox } from '../sandbox/sandbox.ts';
import { type Probed, probeCard } from './gpu-probe.ts';

export type GpuMachine = Confiner & { limits: Limits; homes: Homes; cgroupProblem: string | undefined; log: Log };

/** The GPUs, and the driver's CUDA version, such as `12.8`, if it lends any. */
export interface Opened {
  gpus: Gpus;
  cuda: string | undefined;
}

/** Never rejects because of a card or a driver. */
export async function openGpus(
  settings: Pick<Settings, 'gpus' | 'gpusTrustedFor' | 'nvml'>,
  machine: GpuMachine,
): Promise<Opened> {
  const wanted = settings.gpus;
  if (wanted === undefined) return { gpus: new Gpus(undefined), cuda: undefined };
  const opened = await open({ ...settings, gpus: wanted }, machine);
  return typeof opened === 'string' ? { gpus: new Gpus(undefined, opened), cuda: undefined } : opened;
}

async function open(
  { gpus: wanted, gpusTrustedFor, nvml }: { gpus: 'all' | string[] } & Pick<Settings, 'gpusTrustedFor' | 'nvml'>,
  machine: GpuMachine,
): Promise<Opened | string> {
  const { cgroupProblem, python, sandbox } = machine;
  if (!hasOwnRoot(sandbox)) return weakerSandbox(sandbox);
  let lender: Lender | undefined;
  let gpus: Gpus | undefined;
  const watch = new GpuWatch(
    { pythonExecutable: python.executable, nvml },
    (use) => {
      gpus?.setLost(undefined);
      lender?.check(use);
    },
    (reason) => {
      if (gpus?.setLost(`the driver no longer reports what is used: ${reason}.`))
        machine.log.warn('gpus.watch_ended', { cause: reason });
    },
  );
  const found = await watch.start();
  if (typeof found === 'string') return `the NVIDIA driver's library can't be used: ${found}.`;
  const cards = chosen(found, wanted);
  if (typeof cards === 'string') return cards;
  const missing = [...found.shared_nodes, ...cards.flatMap(({ nodes }) => nodes)].find((path) => !existsSync(path));
  if (missing !== undefined) return `${missing} is missing. Run \`nvidia-modprobe -u -c 0\` once as root.`;
  const allocator = nvml ?? join(hostFolder, 'slipway_gpu', 'cuda.py');
  const probed: Probed[] = [];
  for (const card of cards) {
    const one = await probeCard({ ...machine, allocator, watch }, card, found);
    if (typeof one === 'string') return `GPU ${card.index} (${card.name}): ${one}`;
    probed.push(one);
  }
  lender = new Lender({
    found,
    cards,
    wholeCardsOnly: wholeCardsOnly(probed, cgroupProblem),
    trustedFor: gpusTrustedFor,
    contextBytes: Math.max(...probed.map(({ contextBytes }) => contextBytes ?? 0)),
    use: () => watch.use,
    nextUse: (ms) => watch.next(ms),
  });
  gpus = new Gpus(lender);
  return { gpus, cuda: found.cuda };
}

function weakerSandbox({ kind, withoutNamespaces }: Sandbox): string {
  const { fix, why } = withoutNamespaces ?? namespacesAdvice();
  return `GPUs are lent only in the sandbox \`namespaces\`, and this builder's is \`${kind}\`, because ${why}. ${fix}`;
}

/** Returns the cards that the operator named, or which one there isn't. */
function chosen({ cards }: Found, wanted: 'all' | string[]): readonly Card[] | string {
  const has = cards.map(({ index, uuid }) => `${index} (${uuid})`).join(', ') || 'none';
  if (wanted === 'all') return cards.length > 0 ? cards : 'the driver has no cards.';
  const isNamed = ({ index, uuid }: Card, name: string) => name === uuid || name === String(index);
  const unknown = wanted.find((name) => !cards.some((card) => isNamed(card, name)));
  if (unknown !== undefined) return `BUILDER_GPUS names ${unknown}, and the driver has ${has}.`;
  return cards.filter((card) => wanted.some((name) => isNamed(card, name)));
}

function wholeCardsOnly(probed: readonly Probed[], cgroupProblem: string | undefined): string | null {
  if (cgroupProblem !== undefined)
    return `Use of a GPU can't be attributed to a process without control groups (${cgroupProblem}).`;
  if (probed.every(({ contextBytes }) => contextBytes !== null)) return null;
  return "The driver doesn't name this machine's processes, as in a container with PIDs of its own, so use of a GPU can't be attributed.";
}
