// Recognizes plugin calls by their path, so that their route and key are looked up together.
import { isId } from '../../core/ids.ts';
import type { Callee } from '../../serve/route-lookup.ts';
import { namedCallee } from '../requests/chosen-version.ts';

const byVersion = /^\/v1\/namespaces\/([^/]+)\/plugins\/([^/]+)\/realtime\/test$/;
const byName = /^\/v1\/namespaces\/([^/]+)\/plugins\/by-name\/([^/]+)\/realtime(?:\/test)?$/;
const goPlugin = /^\/api\/(plugins|storage-plugins)\/([^/]+)\/call$/;

interface Request {
  method: string;
  path: string;
  header(name: string): string | undefined;
}

/** Returns the plugin to call. Undefined for other requests, and for names that need decoding, which their routes look up. */
export function calleeFromPath(req: Request): Callee | undefined {
  const { method, path } = req;
  if (method !== 'POST' || path.includes('%')) return undefined;
  const [, inVersion = '', pluginId = ''] = byVersion.exec(path) ?? [];
  if (isId('namespace', inVersion)) return { by: 'version', namespaceId: inVersion, pluginId };
  const [, namespaceId = '', name = ''] = byName.exec(path) ?? [];
  if (isId('namespace', namespaceId)) return namedCallee(req, { namespaceId, name });
  const [, surface, goName = ''] = goPlugin.exec(path) ?? [];
  if (surface === undefined) return undefined;
  return { by: 'kind', kind: surface === 'plugins' ? 'pipeline' : 'storage', name: goName };
}
