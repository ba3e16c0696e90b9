// Defines `slipway open`, which opens the console in a browser, signed in with the CLI's key.
import { formatPluginId } from '../../core/plugin-id.ts';
import { serverCommand } from '../command/command.ts';
import type { Connection } from '../connection/connect.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import type { Kind } from '../plugins/categories.ts';
import { openBrowser } from '../terminal/browser.ts';

export const open = serverCommand({
  name: 'open',
  summary: 'open the console in a browser',
  description:
    'Creates a link that signs a browser in with your API key. It is valid once, for ten minutes. Prints the link and, on a terminal, opens it.',
  arguments: { '[plugin]': 'NAME or NAME@VERSION, to open its page' },
  options: {
    ...kindOption,
    '--docs': 'open the API reference instead',
  },
  examples: ['slipway open', 'slipway open my_plugin@1.0.0', 'slipway open --docs'],
  async run(connection, { plugin: ref }, { docs, json, kind }) {
    const url = docs ? `${connection.settings.baseUrl.value}/docs` : await signInLink(connection, ref, kind);
    if (!json && process.stdout.isTTY) openBrowser(url);
    return { json: { url }, text: `${url}\n` };
  },
});

/** The link works on every page of the console. */
async function signInLink(connection: Connection, ref: string | undefined, kind: Kind | undefined): Promise<string> {
  const page = ref === undefined ? '/' : await pageOf(connection, ref, kind);
  const link = new URL((await connection.client.post('/v1/session/links')).url);
  link.pathname = page;
  return link.href;
}

async function pageOf(connection: Connection, ref: string, wanted: Kind | undefined): Promise<string> {
  const { byKind } = await import('../any-kind/by-kind.ts');
  const namespace = `/n/${await connection.namespaceId()}`;
  return byKind(connection, ref, wanted, {
    extractor: async () => {
      return `${namespace}${await pagePath(connection, ref)}`;
    },
    go: async (kind, name) => `${namespace}/go/${kind}/${encodeURIComponent(name)}`,
  });
}

/** Returns the page of a plugin or one of its versions. Throws the server's "not found" if there is no such plugin or version. */
async function pagePath(connection: Connection, ref: string): Promise<string> {
  const { client } = connection;
  const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
  const { name, version } = await parsePluginRef(ref);
  const namespace_id = await connection.namespaceId();
  if (version === undefined) {
    const path = { namespace_id, slug: name };
    await client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', { path });
    return `/plugins/${name}`;
  }
  const path = { namespace_id, plugin_id: formatPluginId(name, version) };
  await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
  return `/plugins/${name}/versions/${version}`;
}
