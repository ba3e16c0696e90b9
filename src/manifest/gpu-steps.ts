// Reports the steps of a pipeline that ask for a GPU while manifest.py asks for none: they would run where there is no GPU, and fail for
// every row (plugin format §3).
import type { Finding } from '../contract/findings/finding.ts';
import { asksForGpu } from '../contract/plugin/hardware.ts';
import type { Manifest } from '../contract/plugin/manifest.ts';
import { clipped, fileFinding, quoted } from './findings.ts';
import type { GpuStep } from './python/gpu-steps.ts';
import type { Sources } from './python/sources.ts';

const serviceLengthMax = 80;
/** More are not in the manifest. */
const stepsMax = 20;

export interface GpuSteps {
  /** The steps that are in every pipeline, whatever `build_steps` decides. */
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
