// Registers the agent plugins that a schemathesis run needs.
import { randomUUID } from 'node:crypto';
import type { FuzzedServer } from '../resources.ts';

/** Makes every name new, so that a run can be repeated on one server. */
const suffix = randomUUID().slice(0, 8);

/** Registers an agent plugin, and another one to yank. */
export async function create({ client, receiverUrl }: FuzzedServer): Promise<Record<string, string>> {
  const created = async (name: string) => {
    const checksum = `sha256:${'0'.repeat(64)}`;
    const body = {
      name,
      version: '1.0.0',
      pluginType: 'log',
      artifactUrl: `${receiverUrl}/a.tar.gz`,
      checksum,
    } as const;
    return (await client.post('/api/v1/plugins', { body: { ...body, configSchema: '{"type":"object"}' } })).id;
  };
  const name = `agent-${suffix}`;
  return { AGENT_NAME: name, AGENT: await created(name), YANKED_AGENT: await created(`yanked-${suffix}`) };
}
