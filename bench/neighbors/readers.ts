// Describes neighbors that read: each asks again and again for what costs most to make or to read of the things that it published.
import type { Neighbor } from './neighbors.ts';
import { crowd, type Tenant } from './tenant.ts';

const KiB = 1024;

type Files = Record<string, Uint8Array<ArrayBuffer>>;

/** Returns an object's schema of about this many characters. Clients of tools get one of at most 32 KiB. */
function schemaOf(chars: number, member: string): string {
  const members = Array.from({ length: Math.floor(chars / (member.length + 9)) }, (_, i) => `"a${i}":${member}`);
  return `{"type":"object","$defs":{"a":{}},"properties":{${members.join(',')}}}`;
}

/** References that lead nowhere are the slowest to make acceptable to clients. */
const lost = '{"$ref":"#x"}';

function manifestOf(name: string, schemas: Record<string, string>, version = '1.0.0'): Files {
  const fields = Object.entries(schemas).map(([field, schema]) => `${field} = ${schema}\n`);
  const text = `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\n${fields.join('')}`;
  return { 'manifest.py': new TextEncoder().encode(text) };
}

async function deployWith(tenant: Tenant, name: string, files: Files): Promise<void> {
  await tenant.deploy(await tenant.publish(name, '1.0.0', files));
}

/** Sends a message of the Model Context Protocol. */
async function sendMessage(tenant: Tenant, path: string, message: object, signal: AbortSignal): Promise<unknown> {
  const headers = { accept: 'application/json, text/event-stream' };
  return tenant.send(`/v1/namespaces/${tenant.namespaceId}/${path}`, {
    body: { jsonrpc: '2.0', id: 1, ...message },
    headers,
    signal,
  });
}

const searches: Neighbor = {
  takes: 'the search: 64 searches of 200 characters',
  prepare: async (tenant) => {
    await tenant.publish('found', '1.0.0', { 'README.md': new TextEncoder().encode('wordy words '.repeat(5_000)) });
    const words = encodeURIComponent('word wo found plugin '.repeat(10).slice(0, 200));
    return (signal) => crowd(64, signal, () => tenant.send(`/v1/search?q=${words}`, { signal }));
  },
};

const readmes: Neighbor = {
  takes: 'READMEs: 64 readers of one of 512 KiB',
  prepare: async (tenant) => {
    const text = new TextEncoder().encode('![a](b) **c** '.repeat(40_000).slice(0, 512 * KiB));
    const id = await tenant.publish('described', '1.0.0', { 'README.md': text });
    return (signal) => crowd(64, signal, () => tenant.send(`${tenant.plugins}/${id}/readme`, { signal }));
  },
};

const toolLists: Neighbor = {
  takes: 'tools: 16 lists of 64 tools with references that lead nowhere',
  prepare: async (tenant) => {
    const schema = schemaOf(32_000, lost);
    await deployWith(tenant, 'listed', manifestOf('listed', { input_schema: schema, output_schema: schema }));
    const tools = Array.from({ length: 64 }, (_, i) => ({ name: `t${i}`, plugin: 'listed' }));
    const path = `/v1/namespaces/${tenant.namespaceId}/tool-sets/large`;
    await tenant.send(path, { method: 'PUT', body: { tools } });
    return (signal) =>
      crowd(16, signal, () => sendMessage(tenant, 'tool-sets/large/mcp', { method: 'tools/list' }, signal));
  },
};

const documents: Neighbor = {
  takes: 'OpenAPI: 64 documents of three schemas of 48 KB',
  prepare: async (tenant) => {
    const schema = schemaOf(48_000, '{"$ref":"#/$defs/a"}');
    const fields = ['input_schema', 'parameter_schema', 'output_schema'];
    await deployWith(tenant, 'typed', manifestOf('typed', Object.fromEntries(fields.map((field) => [field, schema]))));
    const path = `${tenant.plugins}/by-name/typed/openapi.json`;
    return (signal) => crowd(64, signal, () => tenant.send(path, { signal }));
  },
};

const exports: Neighbor = {
  takes: 'exports: 12 of one organization',
  prepare: async (tenant) => {
    const schemas = { input_schema: schemaOf(48_000, '{}') };
    for (const version of Array.from({ length: 20 }, (_, i) => `1.0.${i}`))
      await tenant.publish('kept', version, manifestOf('kept', schemas, version));
    return (signal) => crowd(12, signal, () => tenant.send('/v1/organization/export', { signal }));
  },
};

const toolCalls: Neighbor = {
  takes: 'MCP: 64 callers of a tool',
  prepare: async (tenant) => {
    await deployWith(tenant, 'called', {});
    const message = { method: 'tools/call', params: { name: 'called', arguments: {} } };
    return (signal) => crowd(64, signal, () => sendMessage(tenant, 'mcp', message, signal));
  },
};

export const readers: Neighbor[] = [searches, readmes, toolLists, documents, exports, toolCalls];
