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
  /** Steps that every pipeline has, whatever `build_steps` decides. */
  declared: NonNullable<Manifest['gpu_steps']>;
  warnings: Finding[];
}

export function readGpuSteps({ files }: Sources, manifest: Manifest | null): GpuSteps {
  const steps = [...files].flatMap(([file, { outline }]) => outline.gpuSteps.map((step) => ({ file, ...step })));
  const hasGpu = manifest !== null && asksForGpu(manifest);
  return {
    declared: steps
      .filter(({ isConditional }) => !isConditional)
      .slice(0, stepsMax)
      .map(({ at, file, service }) => ({ service: clipped(service, serviceLengthMax), at: `${file}:${at.line}` })),
    warnings: hasGpu ? [] : steps.map((step) => fileFinding('SLM410', step, step.service, messageOf(step))),
  };
}

function messageOf({ at, file, isConditional, service }: GpuStep & { file: string }): string {
  const consequence = isConditional ? 'Rows fail if the pipeline has this step.' : 'The version cannot be deployed.';
  return `The step ${quoted(service)} at ${file}:${at.line} asks for ResourceType.GPU, and manifest.py asks for no GPU. ${consequence} Use ResourceType.CPU if the step can run without a GPU, or set "resource_type": "gpu" in compute_profile of manifest.py.`;
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
  const at = declared ?? profile ?? findDeclaration(names, 'serve_config')?.value;
  if (!at || !asksForGpu(manifest)) return { problems: [], warnings: [] };
  const message =
    "The plugin asks for a GPU, so it runs on a Ray cluster that an operator connected for its organization, with that cluster's level of trust. Without one, its deployment fails.";
  return { problems: [], warnings: [manifestFinding('SLM410', at.at, subject, message)] };
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
