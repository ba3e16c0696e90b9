// Checks the hardware that manifest.py requests: `resource_type`, `placement`, and GPUs (plugin format §2).
import type { Finding } from '../../contract/findings/finding.ts';
import { resourceTypes } from '../../contract/plugin/hardware.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { extractorPlacements } from '../../contract/states.ts';
import { manifestFinding, quoted } from '../findings.ts';
import type { Names, Value } from '../python/value.ts';
import { findDeclaration } from './declaration.ts';
import { readGpus } from './gpus.ts';

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
  return readGpus(names, manifest);
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
