// Chooses how a plugin's name gets to a newly deployed version: as the request says, else the manifest, else the namespace.
import { eq, is, SQL, sql } from 'drizzle-orm';
import type { Manifest } from '../contract/plugin/manifest.ts';
import { type ReleaseChoice, releaseChoiceSchema } from '../contract/releases.ts';
import type { NamespaceId } from '../core/ids.ts';
import { namespaces } from '../db/schema/access.ts';
import { deployments } from '../db/schema/deploy.ts';

/** Null leaves the choice to the plugin and the namespace. */
export type RequestedChoice = ReleaseChoice | SQL<ReleaseChoice | null> | null;

/** SQL: the choice, or null if nothing says any. */
export function chosenRelease(
  namespaceId: NamespaceId,
  manifest: Pick<Manifest, 'serve_config'> | null,
  requested: RequestedChoice,
): SQL<ReleaseChoice | null> {
  const declared = declaredRelease(manifest);
  const byNamespace = sql`(select ${namespaces.defaultRelease} from ${namespaces} where ${eq(namespaces.id, namespaceId)})`;
  return sql`coalesce(${asColumn(requested)}, ${asColumn(declared)}, ${byNamespace})`;
}

/** Ignores a value that isn't a plan: versions published before plans existed may have one. */
function declaredRelease(manifest: Pick<Manifest, 'serve_config'> | null): ReleaseChoice | null {
  return releaseChoiceSchema.safeParse(manifest?.serve_config?.release).data ?? null;
}

function asColumn(choice: RequestedChoice): SQL {
  return is(choice, SQL) ? choice : sql`${sql.param(choice, deployments.release)}`;
}
