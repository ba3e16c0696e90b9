// Runs a command for the kind of plugin that a name belongs to, so nobody has to pass `--kind`. An extractor takes precedence over a Go
// plugin of the same name.
import { ApiError } from '../../client/errors.ts';
import { type GoKind, goKinds, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import type { Connection } from '../connection/connect.ts';
import { noNamespace } from '../connection/connect.ts';
import { requireName } from '../go-plugins/installed.ts';
import type { Kind } from '../plugins/categories.ts';
import type { FoundPlugin } from '../plugins/plugin-ref.ts';
import { parsePluginRef, splitPluginRef } from '../plugins/plugin-ref.ts';
import { Failure } from '../terminal/failure.ts';

export interface KindHandlers<Extractor, Go> {
  extractor(): Promise<Extractor>;
  go(kind: GoKind, name: string): Promise<Go>;
}

export async function byKind<Extractor, Go>(
  connection: Connection,
  ref: string | undefined,
  kind: Kind | undefined,
  { extractor, go }: KindHandlers<Extractor, Go>,
): Promise<Extractor | Go> {
  if (kind === 'extractor') return extractor();
  if (kind !== undefined) return go(kind, requireName(ref));
  if (ref === undefined) return extractor();
  if (splitPluginRef(ref) === undefined) {
    const found = await findGoKind(connection, ref);
    return found ? go(found, ref) : extractor();
  }
  try {
    return await extractor();
  } catch (error) {
    if (!isUnknown(error)) throw error;
    const found = await findGoKind(connection, ref);
    if (found === undefined) throw error;
    return go(found, ref);
  }
}

/** Go plugins belong to no namespace, so a missing namespace doesn't matter for them. */
function isUnknown(error: unknown): boolean {
  return error instanceof ApiError
    ? error.status === 404
    : error instanceof Failure && error.options.title === noNamespace;
}

async function findGoKind({ client }: Connection, name: string): Promise<GoKind | undefined> {
  const found = await Promise.all(
    goKinds.map(async (kind) => {
      try {
        await client.get(`${goSurfaces[kind]}/{name}`, { path: { name } });
        return [kind];
      } catch (error) {
        if (error instanceof ApiError) return [];
        throw error;
      }
    }),
  );
  const [only, ...others] = found.flat();
  if (others.length > 0)
    throw new Failure('usage', `several plugins are named ${name}`, {
      hint: `Select one with --kind: ${found.flat().join(' or ')}.`,
    });
  return only;
}

/** Runs a command that does the same for plugins of every kind. */
export function forPlugin<Result>(
  connection: Connection,
  ref: string | undefined,
  kind: Kind | undefined,
  run: (plugin: FoundPlugin) => Promise<Result>,
): Promise<Result> {
  return byKind(connection, ref, kind, {
    extractor: async () => run({ connection, kind: {}, ...(await parsePluginRef(ref)) }),
    go: async (goKind, name) => {
      const { namespace_id } = await connection.client.get(`${goSurfaces[goKind]}/{name}`, { path: { name } });
      const there = { ...connection, namespaceId: async () => namespace_id };
      return run({ connection: there, kind: { kind: goKind }, name, version: undefined });
    },
  });
}
