// Checks the instance limits in manifest.py (plugin format §2).
import { z } from 'zod';
import type { Finding } from '../../contract/findings/finding.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import { fleetLimits } from '../../contract/limits/serving.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import { manifestFinding } from '../findings.ts';
import type { Names } from '../python/value.ts';
import { findEntry } from './declaration.ts';

const { instancesMax } = fleetLimits;
const subject = 'serve_config.instances';
const form = `Use a dict such as {"min": 0, "max": 4, "target_in_flight": 16}: min from 0 to ${instancesMax} and not above max, max from 1 to ${instancesMax}, target_in_flight from 1 to ${builderLimits.callsInFlight}.`;

/** Instance limits as authors write them, with defaults for omitted values. */
const written = z
  .strictObject({
    min: z.int().min(0).max(instancesMax).default(0),
    max: z.int().min(1).max(instancesMax).optional(),
    target_in_flight: z.int().min(1).max(builderLimits.callsInFlight).optional(),
  })
  .refine(({ min, max = instancesMax }) => min <= max);

export function readInstances(names: Names, { serve_config }: Pick<Manifest, 'serve_config'>): Finding[] {
  const asked = serve_config?.instances;
  if (asked === undefined || asked === null || written.safeParse(asked).success) return [];
  const place = findEntry(names, 'serve_config', 'instances');
  return place ? [manifestFinding('SLM110', place.at, subject, `${subject} is invalid. ${form}`)] : [];
}
