// Renders what responses about versions of every kind have in common.
import { z } from '@hono/zod-openapi';
import { goCapabilityNames, type ReachedCapability } from '../../contract/builder/analyses.ts';
import { stages } from '../../contract/identity.ts';
import { permissionsSchema } from '../../contract/plugin/permissions.ts';
import { places } from '../../contract/plugin/version-placement.ts';
import { verdicts } from '../../contract/states.ts';
import { advisoryCountsSchema } from '../../registry/versions/known-advisories.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';

export const scanVerdict = z.enum(verdicts).openapi({
  description:
    "The current scan policy's verdict, with waivers applied. A rejected version can no longer be deployed, but stays live where it already is.",
});

export function toScanVerdict({ verdict }: PluginVersion): z.infer<typeof scanVerdict> {
  return verdict;
}

export const stageField = z.enum(stages).nullable().openapi({
  description: 'Whether the version waits for approval, or how that was decided. Null if it needs none',
  example: null,
});

export const permissionsModel = permissionsSchema.openapi('Permissions');

export const gitModel = z
  .object({ repository: z.string(), ref: z.string(), commit: z.string().nullable(), path: z.string().nullable() })
  .nullable();

export function gitWire({ source }: PluginVersion): z.infer<typeof gitModel> {
  if (!source) return null;
  const { repository, ref, commit, path = null } = source;
  return { repository, ref, commit, path };
}

export const advisoriesModel = advisoryCountsSchema.openapi('AdvisoryCounts', {
  description:
    "Number of advisories that affect the version, by severity. Doesn't count those whose vulnerable code a Go program doesn't reach",
  example: { critical: 0, high: 1, medium: 0, low: 0, unknown: 0 },
});

export const filesDigestField = z.string().nullable().openapi({
  description:
    'Digest of the files, the same however they are packed: SHA-256 of what `sha256sum` prints for them, sorted by path. Null for some old versions',
});

export const capabilityModel = z
  .object({
    name: z.enum(goCapabilityNames),
    path: z.array(z.string()).openapi({
      description: 'An example: functions from the plugin (`plugin.…`) to the function with the capability',
      example: ['plugin.rates.Execute', 'github.com/x/y.Client.Do', 'net.Dial'],
    }),
    through: z
      .string()
      .openapi({ description: 'First function of a required module. If there is none, the last function on the path' }),
    module: z.string().nullable().openapi({
      description: 'The required module on the path. Null if the plugin itself uses the standard library',
      example: 'github.com/x/y@v1.3.0',
    }),
    reason: z.string().nullable().openapi({ description: 'Why the analysis failed and nothing is known' }),
  })
  .openapi('GoCapability');

export const capabilityChangeModel = capabilityModel.extend({ change: z.enum(['added', 'removed']) });

export function capabilityWire({ reason, ...capability }: ReachedCapability): z.infer<typeof capabilityModel> {
  return { ...capability, reason: reason ?? null };
}

export const placementModel = {
  placement: z
    .enum(places)
    .nullable()
    .openapi({ description: "Where the instances of a Go plugin's version run. Null until it is built" }),
  placement_reason: z.string().nullable().openapi({
    description: 'Why the version needs a container',
    example: 'uses net/http: needs a container',
  }),
  wasm_sha256: z.string().nullable().openapi({ description: "SHA-256 of a Go plugin's WebAssembly module" }),
};

type PlacementWire = z.infer<z.ZodObject<typeof placementModel>>;

export function placementWire({ built, placement }: Pick<PluginVersion, 'built' | 'placement'>): PlacementWire {
  return {
    placement: placement?.place ?? null,
    placement_reason: placement?.reason ?? null,
    wasm_sha256: built?.wasm && 'artifact' in built.wasm ? built.wasm.artifact.sha256 : null,
  };
}
