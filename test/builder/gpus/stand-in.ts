// Starts builders with cards that don't exist: test/fixtures/gpus/nvml_stand_in.py stands in for the driver's library, device nodes and
// CUDA. Everything else is real.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstanceEvent, PythonSpec } from '../../../src/contract/builder/instances.ts';
import { type Gpus, gpusSchema } from '../../../src/contract/builder/machine/gpus.ts';
import type { GpuShare } from '../../../src/contract/plugin/gpu-share.ts';
import { gpuStandIn } from '../../gpu-stand-in.ts';
import { type BuilderOptions, type Files, handler, removeAtEnd, TestBuilder } from '../support.ts';

export const GiB = 1024 ** 3;

/** Returns a folder with the stand-in and these cards, by their GiB. It is removed at the end of the test file. */
export function cardsFolder(...gibs: number[]): string {
  const { folder } = gpuStandIn(...gibs);
  removeAtEnd(folder);
  return folder;
}

/** Sets what other programs use, by the card's index. */
export function useByOthers(folder: string, bytes: Record<number, number>): void {
  // The watch reads the file at any time.
  const file = join(folder, 'others.json');
  writeFileSync(`${file}.new`, JSON.stringify(bytes));
  renameSync(`${file}.new`, file);
}

export interface GpuBuilder {
  builder: TestBuilder;
  /** The stand-in's folder. */
  folder: string;
}

export async function startWithCards(gibs: number[], options: BuilderOptions = {}): Promise<GpuBuilder> {
  const folder = cardsFolder(...gibs);
  const env = { BUILDER_GPUS: 'all', BUILDER_NVML: join(folder, 'nvml_stand_in.py'), ...options.env };
  return { folder, builder: await TestBuilder.start({ ...options, env }) };
}

/** Allocates GPU memory as `{"gib": N}` says, and returns the cards that it sees. */
export const gpuPlugin: Files = handler(
  [
    'def predict(self, request):',
    '    nodes = sorted(name for name in os.listdir("/dev") if name.startswith("nvidia"))',
    '    if "gib" in request:',
    '        FILES.append(os.open("/dev/" + nodes[0], os.O_RDONLY))',
    '        fcntl.lockf(FILES[-1], fcntl.LOCK_SH | fcntl.LOCK_NB, int(request["gib"] * (1 << 30)))',
    '    return {"nodes": nodes, "visible": os.environ["CUDA_VISIBLE_DEVICES"]}',
  ].join('\n'),
  'import fcntl\nimport os\nFILES = []',
);

export interface GpuPluginOptions {
  share: GpuShare;
  replicas?: number;
  name?: string;
  version?: string;
  organization?: string;
  files?: Files;
}

/** Starts an instance and returns its last event. */
export async function startOn(
  builder: TestBuilder,
  id: string,
  { files = gpuPlugin, name = 'clip', organization, replicas = 1, share, version = '1.0.0' }: GpuPluginOptions,
): Promise<InstanceEvent | undefined> {
  const spec: PythonSpec = {
    ...(await builder.putPlugin(files)),
    plugin: { name, version },
    serving: { replicas },
    gpu: share,
    ...(organization === undefined ? {} : { organization }),
  };
  return (await builder.put(id, spec)).at(-1);
}

/** Returns what the builder reports of its GPUs. Undefined if it lends none. */
export async function gpusOf(builder: TestBuilder): Promise<Gpus | undefined> {
  const { body } = await builder.send('GET', '/health');
  return gpusSchema.optional().parse((body as { gpus?: unknown }).gpus);
}

/** Stops the instances. */
export async function stop({ builder }: GpuBuilder, ...ids: string[]): Promise<void> {
  for (const id of ids) await builder.send('DELETE', `/instances/${id}`);
}
