// Collects what a replica needs beyond its package, in the form that slipway_ray/provisions.py reads: secrets, and files with short-lived
// URLs. A replica that starts later, perhaps on a new node, gets new URLs with its first call.
import { inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { StartFailed } from '../../../builders/start-failures.ts';
import { sha256Text } from '../../../contract/digests.ts';
import { rayLimits } from '../../../contract/features/clusters/limits.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { formatMiB } from '../../../core/quantities.ts';
import { maskInTurns, SecretMask } from '../../../core/secret-mask.ts';
import { packages } from '../../../db/schema/environments.ts';
import { packagePartKey } from '../../../instances/environments/package-store.ts';
import { requireProvisions } from '../../../instances/requirements/provisions.ts';
import { askedSecrets } from '../../../instances/secrets/asked-secrets.ts';
import { modelKey } from '../../../models/model-keys.ts';
import { archiveKey } from '../../../registry/storage/archives.ts';
import { presignElsewhere } from '../../../registry/storage/presign.ts';
import type { RayDeps, RayPlace } from './place.ts';

type Version = RayPlace['version'];

/** Request body that starts with a line of provisions, for a replica that has none yet. */
export const providedType = 'application/vnd.slipway.provided';

/** The keys of packages from the organization's own indexes, in an application's arguments. */
const argsModel = z.object({ args: z.object({ packages: z.array(sha256Text) }) });

export function isEmbedded({ sizeBytes }: Pick<Version, 'sizeBytes'>): boolean {
  return sizeBytes <= rayLimits.archiveBytes;
}

/** Returns what the plugin's processes fetch, for messages. Null if nothing: then any cluster can run the version. */
export function fetchedFiles(version: Version, ownPackages: readonly string[]): string | null {
  if (!isEmbedded(version)) return `an archive of more than ${formatMiB(rayLimits.archiveBytes)}`;
  if ((version.manifest?.models ?? []).length > 0) return 'models';
  return ownPackages.length > 0 ? "packages from the organization's own index" : null;
}

export function needsProvisions(version: Version, ownPackages: readonly string[]): boolean {
  return askedSecrets(version).length > 0 || fetchedFiles(version, ownPackages) !== null;
}

/** Returns one line of JSON. Throws a StartFailed if the plugin lost something that it needs. */
export async function provisionsLine(ray: RayDeps, { application, deploymentId, version }: RayPlace): Promise<string> {
  const keys = application ? argsModel.parse(application.config).args.packages : [];
  const [{ models = [], secrets = {} }, own] = await Promise.all([
    requireProvisions(ray, deploymentId, version),
    packagesOf(ray, keys),
  ]);
  const { organizationId, sha256, sizeBytes } = version;
  const named = models.map(async ({ name, ...model }) => ({
    name,
    ...(await fileOf(ray, modelKey(organizationId, model.sha256), model)),
  }));
  const given = {
    secrets,
    models: await Promise.all(named),
    packages: own,
    archive: isEmbedded(version) ? null : await fileOf(ray, archiveKey(sha256), { sha256, sizeBytes }),
  };
  return `${JSON.stringify(given)}\n`;
}

async function packagesOf(ray: RayDeps, keys: readonly string[]): Promise<JsonObject[]> {
  if (keys.length === 0) return [];
  const wanted = sql`(select value from json_each(${JSON.stringify(keys)}))`;
  const rows = await ray.db
    .select({ key: packages.key, parts: packages.parts })
    .from(packages)
    .where(inArray(packages.key, wanted));
  if (rows.length < keys.length)
    throw new StartFailed({
      code: 'dependency-not-installed',
      message: "The store no longer has packages from the organization's own index. Deploy the version again.",
    });
  const found = rows.map(async ({ key, parts }) => {
    const files = parts.map((part) =>
      fileOf(ray, packagePartKey(key, part.sha256), { sha256: part.sha256, sizeBytes: part.size_bytes }),
    );
    return { key, parts: await Promise.all(files) };
  });
  return Promise.all(found);
}

interface Content {
  sha256: string;
  sizeBytes: number;
}

async function fileOf(ray: RayDeps, key: string, { sha256, sizeBytes }: Content): Promise<JsonObject> {
  return { sha256, size_bytes: sizeBytes, urls: await presignElsewhere(ray, key, rayLimits.urlSeconds) };
}

/** Reads the plugin's current secrets. Throws if one is gone: nothing can be masked then, so nothing is shown. */
export async function readSecretMask(ray: RayDeps, { deploymentId, version }: RayPlace): Promise<SecretMask> {
  if (askedSecrets(version).length === 0) return new SecretMask();
  const { secrets } = await requireProvisions(ray, deploymentId, version);
  return maskInTurns(secrets ?? {});
}
