// Speaks the Model Context Protocol with the Worker: by the official client, and message by message.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { origin } from '../../../support/client.ts';
import type { Organization } from '../../../support/scenes/organization.ts';

export type Revision = '2026-07-28' | '2025-11-25';

/** Returns the path of all live plugins' endpoint, or of a set's. */
export function mcpPath({ namespaceId }: Pick<Organization, 'namespaceId'>, set?: string): string {
  return `/v1/namespaces/${namespaceId}${set === undefined ? '' : `/tool-sets/${set}`}/mcp`;
}

interface Connection {
  revision?: Revision;
  key?: string;
  path?: string;
}

/** Connects the official client. */
export async function connect(org: Organization, { key = org.key, path = mcpPath(org), revision }: Connection = {}) {
  const mode = revision === '2025-11-25' ? 'legacy' : { pin: '2026-07-28' };
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(new URL(`${origin}${path}`), {
    fetch: (url, init) => org.fetch(new Request(url, init)),
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  });
  await client.connect(transport);
  return client;
}

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Returns the text of a `tools/call`, with the arguments as they are written. */
export function callText(name: string, args: string, more: object = {}): string {
  const params = JSON.stringify({ name, _meta: { ...meta, ...more } });
  return `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":${params.slice(0, -1)},"arguments":${args}}}`;
}

export const callHeaders = (name: string) => ({
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': name,
});

export const textContent = z.object({
  content: z.tuple([z.object({ type: z.literal('text'), text: z.string() })]).rest(z.unknown()),
});
