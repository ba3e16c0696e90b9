// Checks the hardware that manifest.py requests: `resource_type`, `placement`, and GPUs, which need a Ray cluster (plugin format §2).
import type { Finding } from '../../contract/findings/finding.ts';
import { asksForGpu, resourceTypes } from '../../contract/plugin/hardware.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { extractorPlacements } from '../../contract/states.ts';
import { clipped, fileFinding, manifestFinding, quoted } from '../findings.ts';
import type { GpuStep } from '../python/gpu-steps.ts';
import type { Sources } from '../python/sources.ts';
import type { Names, Value } from '../python/values.ts';
import { findDeclaration } from './declaration.ts';

const serviceLengthMax = 80;
/** Most steps to list in the manifest; further ones are left out. */
const stepsMax = 20;

export interface GpuSteps {
  /** The version gets a GPU for these, even if `build_steps` may leave them out. */
  declared: NonNullable<Manifest['gpu_steps']>;
  warnings: Finding[];
}

export function readGpuSteps({ files }: Sources, manifest: Manifest | null): GpuSteps {
  const steps = [...files].flatMap(([file, { outline }]) => outline.gpuSteps.map((step) => ({ file, ...step })));
  const isAskedElsewhere = manifest !== null && asksForGpu(manifest);
  const refusal = declaredRefusal(manifest);
  return {
    declared: steps
      .slice(0, stepsMax)
      .map(({ at, file, service }) => ({ service: clipped(service, serviceLengthMax), at: `${file}:${at.line}` })),
    warnings: isAskedElsewhere
      ? []
      : steps.map((step) => fileFinding('SLM410', step, step.service, stepMessage(step, refusal))),
  };
}

function stepMessage({ at, file, service }: GpuStep & { file: string }, refusal: string): string {
  return `The step ${quoted(service)} at ${file}:${at.line} asks for ResourceType.GPU${refusal}. So the whole version, realtime and runs, needs a Ray cluster that an operator connected for its organization, and each process gets one GPU. To share a GPU, set num_gpus in serve_config of manifest.py. If the step can run without a GPU, use ResourceType.CPU.`;
}

/** Returns what manifest.py says against a GPU, which a step overrides. */
function declaredRefusal(manifest: Manifest | null): string {
  const { compute_profile, serve_config } = manifest ?? {};
  const counts = [serve_config, compute_profile].map((declared) => declared?.num_gpus);
  if (counts.includes(0)) return ', which overrides num_gpus 0 in manifest.py';
  const type = compute_profile?.resource_type;
  return typeof type === 'string' ? `, which overrides resource_type ${quoted(type)} in manifest.py` : '';
}

const subject = 'compute_profile.resource_type';

export function readHardware(
  names: Names,
  manifest: Pick<Manifest, 'compute_profile' | 'serve_config'>,
): { problems: Finding[]; warnings: Finding[] } {
  const misplaced = readPlacement(names);
  if (misplaced) return { problems: [misplaced], warnings: [] };
  const profile = findDeclaration(names, 'compute_profile')?.value;
  const declared = profile?.kind === 'dict' ? profile.entries.get('resource_type')?.value : undefined;
  const unknown = declared && unknownType(declared);
  if (declared && unknown !== undefined) {
    const message = `${subject} is ${unknown}. Use "cpu", "gpu" or "api".`;
    return { problems: [manifestFinding('SLM109', declared.at, subject, message)], warnings: [] };
  }
  const asked = gpuField(names, manifest);
  if (!asked) return { problems: [], warnings: [] };
  const message = `${asked.field} asks for a GPU, so the plugin runs on a Ray cluster that an operator connected for its organization, with that cluster's level of trust. Without one, its deployment fails.`;
  return { problems: [], warnings: [manifestFinding('SLM410', asked.at, asked.field, message)] };
}

/** Returns the field that puts the plugin on a GPU, in the order of `requiredGpus`. */
function gpuField(names: Names, manifest: Pick<Manifest, 'compute_profile' | 'serve_config'>) {
  if (!asksForGpu(manifest)) return undefined;
  const asksForSome = ({ num_gpus: count }: { num_gpus?: unknown }) => typeof count === 'number' && count > 0;
  const counting = (['serve_config', 'compute_profile'] as const).find((name) => asksForSome(manifest[name] ?? {}));
  const [declaration, key] = counting ? [counting, 'num_gpus'] : ['compute_profile', 'resource_type'];
  const declared = findDeclaration(names, declaration)?.value;
  const value = declared?.kind === 'dict' ? declared.entries.get(key)?.value : undefined;
  const at = (value ?? declared)?.at;
  return at && { at, field: `${declaration}.${key}` };
}

/** An unknown placement would leave the decision to a default that the author can't see. */
function readPlacement(names: Names): Finding | undefined {
  for (const field of ['serve_config', 'compute_profile']) {
    const fields = findDeclaration(names, field)?.value;
    const declared = fields?.kind === 'dict' ? fields.entries.get('placement')?.value : undefined;
    if (!declared || declared.kind === 'none' || declared.kind === 'unresolved') continue;
    if (declared.kind === 'string' && extractorPlacements.some((one) => one === declared.value)) continue;
    const found = declared.kind === 'string' ? quoted(declared.value) : 'not a string';
    const message = `${field}.placement is ${found}. Use "ray" or "sandbox".`;
    return manifestFinding('SLM109', declared.at, `${field}.placement`, message);
  }
  return undefined;
}

/** Returns the value as written if it isn't a known type. Unreadable values are reported with the whole field. */
function unknownType(value: Value): string | undefined {
  if (value.kind === 'none' || value.kind === 'unresolved') return undefined;
  if (value.kind !== 'string') return 'not a string';
  return resourceTypes.some((type) => type === value.value.toLowerCase()) ? undefined : quoted(value.value);
}
