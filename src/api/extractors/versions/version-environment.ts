// Serves the route that reads a version's dependencies as declared, locked and installed, on both extractor surfaces.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { iso } from '../../../core/clock.ts';
import { type VersionEnvironment, versionEnvironment } from '../../../registry/versions/version-environment.ts';
import { type AppEnv, requireActor } from '../../context/context.ts';
import { json, routesOf } from '../../openapi/route-definitions.ts';
import type { ExtractorSurface } from '../../requests/surfaces.ts';
import { versionWire } from './version-wire.ts';

const packageModel = z.object({ name: z.string(), version: z.string() });

const environmentModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    dependencies: z.array(z.string()).openapi({ description: 'As declared in manifest.py and requirements.txt' }),
    lock: z
      .object({
        digest: z.string(),
        resolver: z.string(),
        locked_at: z.iso.datetime(),
        packages: z.array(
          packageModel.extend({
            marker: z.string().nullable(),
            index: z.string().nullable().openapi({
              description:
                "Index that provided the package when it was resolved. Null for a folder of the builder's operator",
              example: 'https://packages.example.com/simple',
            }),
          }),
        ),
      })
      .nullable()
      .openapi({ description: 'Null until the first realtime deployment, and for a version without dependencies' }),
    environments: z
      .array(
        z.object({
          key: z.string(),
          python: z.string(),
          platform: z.string(),
          archive_bytes: z
            .int()
            .openapi({ description: 'Compressed bytes in the store; 0 if the builder keeps its packages' }),
          size_bytes: z.int().openapi({ description: 'Unpacked' }),
          files: z.int(),
          packages: z
            .array(
              packageModel.extend({
                archive_bytes: z.int(),
                size_bytes: z.int(),
                files: z.int(),
                environments: z.int().openapi({
                  description: "Number of this organization's environments that share the package, including this one",
                  example: 3,
                }),
              }),
            )
            .openapi({
              description: 'Packages in lock order. Each is stored once, for all environments that have it',
            }),
          removed: z
            .array(z.string())
            .openapi({ description: 'Removed files: bytecode, and files that would have run without being imported' }),
          created_at: z.iso.datetime(),
        }),
      )
      .openapi({ description: 'Packages installed from the lock, per Python version and platform' }),
  })
  .openapi('PluginEnvironment');

export function addVersionEnvironment(
  routes: OpenAPIHono<AppEnv>,
  { tag, noun, params, ownerOf }: ExtractorSurface,
): void {
  const environment = routesOf(tag).get('/{plugin_id}/environment', `get${noun}Environment`, {
    'x-slipway-command': 'env show {plugin_id}',
    summary: "Get a version's dependencies",
    description:
      'A version is locked once, when it is first deployed for realtime calls. Every later deployment and rollback uses the same lock.',
    request: { params: params.extend({ plugin_id: z.string() }) },
    responses: { 200: json('Declared, locked and installed dependencies', environmentModel) },
  });
  routes.openapi(environment, async (c) => {
    const found = await versionEnvironment(c.var.deps, requireActor(c), ownerOf(c), c.req.param('plugin_id'));
    return c.json(environmentWire(found), 200);
  });
}

function environmentWire({ version, lock, environments }: VersionEnvironment): z.infer<typeof environmentModel> {
  return {
    success: true,
    ...versionWire(version),
    dependencies: version.manifest?.dependencies ?? [],
    lock: lock && {
      digest: lock.digest,
      resolver: lock.resolver,
      locked_at: iso(lock.createdAt),
      packages: lock.packages,
    },
    environments: environments.map((environment) => ({
      key: environment.key,
      python: environment.python,
      platform: environment.platform,
      archive_bytes: environment.packages.reduce((sum, { archiveBytes }) => sum + archiveBytes, 0),
      size_bytes: environment.sizeBytes,
      files: environment.files,
      packages: environment.packages.map((one) => ({
        name: one.name,
        version: one.version,
        archive_bytes: one.archiveBytes,
        size_bytes: one.sizeBytes,
        files: one.files,
        environments: one.environments,
      })),
      removed: environment.packages.flatMap(({ removed }) => removed),
      created_at: iso(environment.createdAt),
    })),
  };
}
