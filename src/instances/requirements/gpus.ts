// Finds out whether a builder lends GPUs to an organization: it decides where a plugin that asks for one runs, and whether it can.
import { lendsTo } from '../../contract/builder/machine/gpus.ts';
import { type AskedHardware, asksForGpu, declaredPlacement, noGpuMessage } from '../../contract/plugin/hardware.ts';
import type { Missing } from '../../contract/plugin/missing.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import type { WithFallback } from '../placement.ts';
import type { Asked } from './provisions.ts';

/** Adds that the version runs on a Ray cluster by default if it asks for a GPU that no builder lends to its organization. */
export async function withFallback<Version extends Pick<PluginVersion, 'kind' | 'manifest' | 'organizationId'>>(
  { builder }: Pick<Deps, 'builder'>,
  version: Version,
): Promise<Version & WithFallback> {
  const { kind, manifest, organizationId } = version;
  if (kind !== 'extractor' || manifest === null) return version;
  return { ...version, ...(await fallbackOf({ builder }, manifest, organizationId)) };
}

export async function fallbackOf(
  { builder }: Pick<Deps, 'builder'>,
  hardware: AskedHardware,
  organizationId: string,
): Promise<WithFallback> {
  if (declaredPlacement(hardware) !== undefined || !asksForGpu(hardware)) return {};
  return (await lending(builder, organizationId)) === 'some' ? {} : { fallback: 'ray' };
}

/** Returns why an instance of Slipway's own gets no GPU. Empty if it asks for none, or if a builder may lend it one. */
export async function missingGpus(
  { builder }: Pick<Deps, 'builder'>,
  { hardware, organizationId }: Pick<Asked, 'hardware' | 'organizationId'>,
  place: string | null,
): Promise<Missing[]> {
  if (place === 'ray' || !asksForGpu(hardware) || (await lending(builder, organizationId)) !== 'none') return [];
  return [{ kind: 'gpus', names: [], message: noGpuMessage(hardware), commands: [] }];
}

/** `unknown`: no builder that answers lends any, and others don't answer. */
async function lending(builder: Deps['builder'], organizationId: string): Promise<'some' | 'none' | 'unknown'> {
  const reports = (await builder.reports()) ?? [];
  if (reports.some(({ condition, health }) => condition === 'ok' && lendsTo(health?.gpus, organizationId)))
    return 'some';
  return reports.some(({ health }) => health === null) ? 'unknown' : 'none';
}
