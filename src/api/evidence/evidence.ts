// Serves what Slipway signed about a version, and its SBOM, for every kind of plugin that Slipway stores.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { bundleSchema, envelopeSchema, evidenceTypes } from '../../contract/evidence.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import { iso } from '../../core/clock.ts';
import { toBundle } from '../../evidence/envelope.ts';
import { sbomType, toSbom } from '../../evidence/sbom.ts';
import { readEvidence, readParts, type Subject } from '../../evidence/version-evidence.ts';
import { type AppEnv, requireActor } from '../context.ts';
import type { ExtractorSurface } from '../extractors/surface.ts';
import { type GoSurface, named } from '../go-plugins/go-plugin-wire.ts';
import { badInput, bearer, errors, json } from '../openapi/route-definitions.ts';

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
const ref = z
  .string()
  .min(1)
  .max(2048)
  .optional()
  .openapi({ description: "A version's ref or commit. Defaults to the installed version" });

const evidenceDocument = {
  summary: "Get a version's signed provenance, verdict and lock",
  description:
    "The statements are signed with one of the installation's keys, which `/.well-known/slipway/keys.json` lists. `slipway verify` checks them, and so do cosign and other tools.",
};
const sbomDocument = {
  summary: "Get a version's SBOM",
  description:
    'Returns CycloneDX 1.6: the Python packages of its lock or the Go modules of its build, and the models that it reads.',
};
const sbomResponse = {
  description: 'The SBOM',
  content: { 'application/vnd.cyclonedx+json': { schema: z.looseObject({ bomFormat: z.literal('CycloneDX') }) } },
};

export function addEvidence(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const one = params.extend({ plugin_id: z.string() });
  const common = { tags: [tag], security: bearer, method: 'get' as const };
  const list = createRoute({
    ...common,
    ...evidenceDocument,
    path: '/{plugin_id}/evidence',
    operationId: `get${noun}Evidence`,
    request: { params: one, query: z.object({ format }) },
    responses: { 200: json('The statements', evidenceModel), ...errors(401, 403, 404, 422) },
  });
  const sbom = createRoute({
    ...common,
    ...sbomDocument,
    path: '/{plugin_id}/sbom',
    operationId: `get${noun}Sbom`,
    request: { params: one },
    responses: { 200: sbomResponse, ...errors(401, 403, 404) },
  });
  routes.openapi(list, async (c) => {
    const subject = { ownerId: ownerOf(c), slug: c.req.param('plugin_id') };
    return c.json(await evidenceWire(c.var.deps, requireActor(c), subject, c.req.valid('query').format), 200);
  });
  routes.openAPIRegistry.registerPath(sbom);
  routes.get(sbom.getRoutingPath(), async (c) => {
    const subject = { ownerId: ownerOf(c), slug: c.req.param('plugin_id') ?? '' };
    return sbomAnswer(await readParts(c.var.deps, requireActor(c), subject));
  });
}

export function addGoEvidence(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const common = { tags: [tag], security: bearer, method: 'get' as const };
  const list = createRoute({
    ...common,
    ...evidenceDocument,
    path: '/{name}/evidence',
    operationId: `get${noun}Evidence`,
    request: { ...named, query: z.object({ ref, format }) },
    responses: { 200: json('The statements', evidenceModel), ...errors(401, 403, 404, 409), ...badInput },
  });
  const sbom = createRoute({
    ...common,
    ...sbomDocument,
    path: '/{name}/sbom',
    operationId: `get${noun}Sbom`,
    request: { ...named, query: z.object({ ref }) },
    responses: { 200: sbomResponse, ...errors(401, 403, 404, 409), ...badInput },
  });
  routes.openapi(list, async (c) => {
    const { format: form, ref: wanted } = c.req.valid('query');
    const subject = { kind, name: c.req.valid('param').name, ref: wanted };
    return c.json(await evidenceWire(c.var.deps, requireActor(c), subject, form), 200);
  });
  routes.openapi(sbom, async (c) => {
    const subject = { kind, name: c.req.valid('param').name, ref: c.req.valid('query').ref };
    return sbomAnswer(await readParts(c.var.deps, requireActor(c), subject));
  });
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

async function sbomAnswer(parts: Awaited<ReturnType<typeof readParts>>): Promise<Response> {
  const text = await toSbom(parts);
  return new Response(text, { headers: { 'content-type': sbomType, 'cache-control': 'private, no-cache' } });
}
