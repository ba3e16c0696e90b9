// Checks the GPUs that manifest.py and the pipeline's steps request, and says where such a plugin runs (plugin format §2).
import type { Finding } from '../../contract/findings/finding.ts';
import { gpuLimits } from '../../contract/limits/gpus.ts';
import { asksForGpu, declaredPlacement } from '../../contract/plugin/hardware.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { clipped, fileFinding, manifestFinding, quoted } from '../findings.ts';
import type { GpuStep } from '../python/gpu-steps.ts';
import type { Sources } from '../python/sources.ts';
import type { Names, Value } from '../python/value.ts';
import { findDeclaration, findEntry } from './declaration.ts';

const serviceLengthMax = 80;
/** Most steps to list in the manifest; further ones are left out. */
const stepsMax = 20;
const declarations = ['serve_config', 'compute_profile'] as const;

type Declared = Pick<Manifest, 'compute_profile' | 'serve_config'>;

export interface GpuSteps {
  /** The version gets a GPU for these, even if `build_steps` may leave them out. */
  declared: NonNullable<Manifest['gpu_steps']>;
  warnings: Finding[];
}

export function readGpuSteps({ files }: Sources, manifest: Manifest | null): GpuSteps {
  const steps = [...files].flatMap(([file, { outline }]) => outline.gpuSteps.map((step) => ({ file, ...step })));
  const isAskedElsewhere = manifest !== null && asksForGpu(manifest);
  const refusal = declaredRefusal(manifest);
  const place = placeText(manifest);
  return {
    declared: steps
      .slice(0, stepsMax)
      .map(({ at, file, service }) => ({ service: clipped(service, serviceLengthMax), at: `${file}:${at.line}` })),
    warnings: isAskedElsewhere
      ? []
      : steps.map((step) => fileFinding('SLM410', step, step.service, stepMessage(step, refusal, place))),
  };
}

function stepMessage({ at, file, service }: GpuStep & { file: string }, refusal: string, place: string): string {
  return `The step ${quoted(service)} at ${file}:${at.line} asks for ResourceType.GPU${refusal}. So the whole version, realtime and runs, ${place} Each process gets one GPU. To share a GPU, set num_gpus or gpu_memory_gb in serve_config. If the step can run without one, use ResourceType.CPU.`;
}

/** Returns what manifest.py says against a GPU, which a step overrides. */
function declaredRefusal(manifest: Manifest | null): string {
  const { compute_profile, serve_config } = manifest ?? {};
  const counts = [serve_config, compute_profile].map((declared) => declared?.num_gpus);
  if (counts.includes(0)) return ', which overrides num_gpus 0 in manifest.py';
  const type = compute_profile?.resource_type;
  return typeof type === 'string' ? `, which overrides resource_type ${quoted(type)} in manifest.py` : '';
}

/** Completes "the plugin …" with where it runs. */
function placeText(manifest: Declared | null): string {
  const sandbox = "in Slipway's sandbox on a builder that lends GPUs to its organization (docs/gpus.md)";
  const ray = "on a Ray cluster that an operator connected for its organization, with that cluster's level of trust";
  const placement = declaredPlacement(manifest);
  const only = { ray, sandbox };
  return placement === undefined
    ? `runs ${sandbox}, or else ${ray}. Without either, its deployment is refused.`
    : `runs ${only[placement]}. Without one, its deployment is refused.`;
}

export function readGpus(names: Names, manifest: Declared): { problems: Finding[]; warnings: Finding[] } {
  const problems = declarations.flatMap((name) => invalidValues(names, name));
  const conflict = problems.length === 0 ? memoryBesideCards(names, manifest) : undefined;
  if (conflict) return { problems: [conflict], warnings: [] };
  if (problems.length > 0) return { problems, warnings: [] };
  const asked = gpuField(names, manifest);
  if (!asked) return { problems: [], warnings: [] };
  const message = `${asked.field} asks for a GPU, so the plugin ${placeText(manifest)}`;
  return { problems: [], warnings: [manifestFinding('SLM410', asked.at, asked.field, message)] };
}

/** An invalid number would be ignored, and the plugin would get another share of the GPU than its author expects. */
function invalidValues(names: Names, declaration: (typeof declarations)[number]): Finding[] {
  const { cardsMax, memoryGiBMax } = gpuLimits;
  const checks = [
    {
      key: 'num_gpus',
      isValid: (count: number) => count >= 0 && count <= cardsMax && (count < 1 || Number.isInteger(count)),
      form: `Use 0, a fraction of one GPU below 1, or a whole number up to ${cardsMax}.`,
    },
    {
      key: 'gpu_memory_gb',
      isValid: (memory: number) => memory >= 1 && memory <= memoryGiBMax,
      form: `Use the GiB of GPU memory that each process needs, from 1 to ${memoryGiBMax}.`,
    },
  ];
  return checks.flatMap(({ form, isValid, key }) => {
    const value = entryIn(names, declaration, key);
    if (!value || value.kind === 'none' || value.kind === 'unresolved') return [];
    const number = value.kind === 'integer' || value.kind === 'float' ? value.value : undefined;
    if (number !== undefined && isValid(number)) return [];
    const field = `${declaration}.${key}`;
    return [manifestFinding('SLM109', value.at, field, `${field} is ${number ?? 'not a number'}. ${form}`)];
  });
}

/** Whole cards come with all their memory. */
function memoryBesideCards(names: Names, manifest: Declared): Finding | undefined {
  const memory = declarations.find((name) => isAsked(manifest, name, 'gpu_memory_gb'));
  const counting = declarations.find((name) => isAsked(manifest, name, 'num_gpus'));
  const count = counting && manifest[counting]?.num_gpus;
  if (!memory || typeof count !== 'number' || count < 1) return undefined;
  const field = `${memory}.gpu_memory_gb`;
  const at = findEntry(names, memory, 'gpu_memory_gb')?.at;
  const message = `${field} is a part of one GPU's memory, but ${counting}.num_gpus asks for ${count === 1 ? 'a whole GPU' : `${count} whole GPUs`}. Remove one of the two.`;
  return at && manifestFinding('SLM109', at, field, message);
}

/** Returns the field that puts the plugin on a GPU, in the order of `requiredGpus`. */
function gpuField(names: Names, manifest: Declared) {
  if (!asksForGpu(manifest)) return undefined;
  const asked = (['num_gpus', 'gpu_memory_gb'] as const).flatMap((key) =>
    declarations.filter((name) => isAsked(manifest, name, key)).map((declaration) => ({ declaration, key })),
  );
  const { declaration, key } = asked[0] ?? { declaration: 'compute_profile', key: 'resource_type' };
  const at = findEntry(names, declaration, key)?.at;
  return at && { at, field: `${declaration}.${key}` };
}

function isAsked(manifest: Declared, declaration: (typeof declarations)[number], key: string): boolean {
  const value = manifest[declaration]?.[key];
  return typeof value === 'number' && value > 0;
}

function entryIn(names: Names, declaration: string, key: string): Value | undefined {
  const declared = findDeclaration(names, declaration)?.value;
  return declared?.kind === 'dict' ? declared.entries.get(key)?.value : undefined;
}
