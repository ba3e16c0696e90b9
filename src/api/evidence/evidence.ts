// Serves what Slipway signed about a version, and its SBOM, for every kind of plugin that Slipway stores.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bundleSchema, envelopeSchema, evidenceTypes, toBundle } from '../../contract/evidence.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import { iso } from '../../core/clock.ts';
import { sbomType, toSbom } from '../../evidence/sbom.ts';
import { readEvidence, readParts, type Subject } from '../../evidence/version-evidence.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { badInput, bearer, errors, json } from '../openapi/route-definitions.ts';
import type { ExtractorSurface } from '../requests/surfaces.ts';
import { type GoSurface, named } from '../requests/surfaces.ts';

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

const sbomResponse = {
  description: 'The SBOM',
  content: { 'application/vnd.cyclonedx+json': { schema: z.looseObject({ bomFormat: z.literal('CycloneDX') }) } },
};

/** A surface of the API on which versions have evidence. */
interface Place {
  tag: string;
  noun: string;
  path: string;
  params: z.ZodObject;
  query: z.ZodObject;
  failures: object;
  subject(c: Context<AppEnv>): Subject;
}

export function addEvidence(routes: OpenAPIHono<AppEnv>, { ownerOf, ...surface }: ExtractorSurface): void {
  addRoutes(routes, {
    ...surface,
    path: '/{plugin_id}',
    params: surface.params.extend({ plugin_id: z.string() }),
    query: z.object({}),
    failures: errors(401, 403, 404, 422),
    subject: (c) => ({ ownerId: ownerOf(c), slug: c.req.param('plugin_id') ?? '' }),
  });
}

export function addGoEvidence(routes: OpenAPIHono<AppEnv>, { kind, ...surface }: GoSurface): void {
  addRoutes(routes, {
    ...surface,
    path: '/{name}',
    params: named.params,
    query: z.object({ ref }),
    failures: { ...errors(401, 403, 404, 409), ...badInput },
    subject: (c) => ({ kind, name: c.req.param('name') ?? '', ref: c.req.query('ref') }),
  });
}

function addRoutes(routes: OpenAPIHono<AppEnv>, { tag, noun, path, params, query, failures, subject }: Place): void {
  const common = { tags: [tag], security: bearer, method: 'get' as const };
  const list = createRoute({
    ...common,
    path: `${path}/evidence`,
    operationId: `get${noun}Evidence`,
    'x-slipway-command': noun === 'Plugin' && 'provenance {plugin_id}',
    summary: "Get a version's signed provenance, verdict and lock",
    description:
      "The statements are signed with one of the installation's keys, which `/.well-known/slipway/keys.json` lists. `slipway verify` checks them, and so do cosign and other tools.",
    request: { params, query: query.extend({ format }) },
    responses: { 200: json('The statements', evidenceModel), ...failures },
  });
  const sbom = createRoute({
    ...common,
    path: `${path}/sbom`,
    operationId: `get${noun}Sbom`,
    'x-slipway-command': noun === 'Plugin' && 'sbom {plugin_id}',
    summary: "Get a version's SBOM",
    description:
      'Returns CycloneDX 1.6: the Python packages of its lock or the Go modules of its build, and the models that it reads.',
    request: { params, query },
    responses: { 200: sbomResponse, ...failures },
  });
  routes.openapi(list, async (c) => {
    const form = format.parse(c.req.query('format'));
    return c.json(await evidenceWire(c.var.deps, requireActor(c), subject(c), form), 200);
  });
  routes.openapi(sbom, async (c) => {
    const bom = JSON.parse(await toSbom(await readParts(c.var.deps, requireActor(c), subject(c))));
    return c.json(bom, 200, { 'content-type': sbomType, 'cache-control': 'private, no-cache' });
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
