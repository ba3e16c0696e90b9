// Serves what Slipway signed about a version, and its SBOM, for every kind of plugin that Slipway stores.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import type { ExtractorSurface } from '../../../api/requests/surfaces.ts';
import { kindField } from '../../../api/requests/version-reference.ts';
import { bundleSchema, envelopeSchema, evidenceTypes, toBundle } from '../../../contract/features/evidence/evidence.ts';
import { formatVersion } from '../../../contract/plugin/manifest.ts';
import { iso } from '../../../core/clock.ts';
import { sbomType, toSbom } from '../sbom.ts';
import { readEvidence, readParts, type Subject } from '../version-evidence.ts';

const evidenceModel = z
  .object({
    success: z.literal(true),
    name: z.string(),
    version: z.string(),
    sha256: z.string().openapi({ description: "The archive's SHA-256" }),
    evidence: z
      .array(
        z.object({
          type: z.enum(evidenceTypes).openapi({ example: 'provenance' }),
          signed_at: z.iso.datetime(),
          envelope: envelopeSchema.optional().openapi({ description: 'An in-toto statement, as a DSSE envelope' }),
          bundle: bundleSchema.optional().openapi({ description: 'The same as a Sigstore bundle' }),
        }),
      )
      .openapi({
        description:
          'Oldest first: the provenance, the verdict once the version needs no approval any more, and the lock once the version has one',
      }),
  })
  .openapi('PluginEvidence');

const format = z.enum(['envelope', 'bundle']).default('envelope').openapi({ description: 'Form of the statements' });
const sbomResponse = {
  description: 'The SBOM',
  content: { 'application/vnd.cyclonedx+json': { schema: z.looseObject({ bomFormat: z.literal('CycloneDX') }) } },
};

/** Serves the routes below one surface's plugins. */
export function evidenceRoutes({ noun, ownerOf, params, tag }: ExtractorSurface): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  const route = routesOf(tag);
  const ofVersion = params.extend({ plugin_id: z.string() });
  const list = route.get('/{plugin_id}/evidence', `get${noun}Evidence`, {
    'x-slipway-command': noun === 'Plugin' && 'provenance {plugin_id}',
    summary: "Get a version's signed provenance, verdict and lock",
    description:
      "The statements are signed with one of the installation's keys, which `/.well-known/slipway/keys.json` lists. `slipway verify` checks them, and so do cosign and other tools.",
    request: { params: ofVersion, query: z.object({ kind: kindField, format }) },
    responses: { 200: json('The statements', evidenceModel) },
  });
  const sbom = route.get('/{plugin_id}/sbom', `get${noun}Sbom`, {
    'x-slipway-command': noun === 'Plugin' && 'sbom {plugin_id}',
    summary: "Get a version's SBOM",
    description:
      'Returns CycloneDX 1.6: the Python packages of its lock or the Go modules of its build, and the models that it reads.',
    request: { params: ofVersion, query: z.object({ kind: kindField }) },
    responses: { 200: sbomResponse },
  });
  routes.openapi(list, async (c) => {
    const { format: form, kind } = c.req.valid('query');
    const subject = { ownerId: ownerOf(c), slug: c.req.param('plugin_id'), kind };
    return c.json(await evidenceWire(c.var.deps, requireActor(c), subject, form), 200);
  });
  routes.openapi(sbom, async (c) => {
    const subject = { ownerId: ownerOf(c), slug: c.req.param('plugin_id'), ...c.req.valid('query') };
    const bom = JSON.parse(await toSbom(await readParts(c.var.deps, requireActor(c), subject)));
    return c.json(bom, 200, { 'content-type': sbomType, 'cache-control': 'private, no-cache' });
  });
  return routes;
}

async function evidenceWire(
  deps: AppEnv['Variables']['deps'],
  actor: ReturnType<typeof requireActor>,
  subject: Subject,
  form: z.infer<typeof format>,
): Promise<z.infer<typeof evidenceModel>> {
  const { version, signed } = await readEvidence(deps, actor, subject);
  return {
    success: true,
    name: version.name,
    version: formatVersion(version),
    sha256: version.sha256,
    evidence: signed.map(({ type, createdAt, envelope }) => ({
      type,
      signed_at: iso(createdAt),
      ...(form === 'bundle' ? { bundle: toBundle(envelope) } : { envelope }),
    })),
  };
}
