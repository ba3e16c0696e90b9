// Defines `slipway namespaces reconfigure`.
import type { components } from '../../../client/api.gen.d.ts';
import { serverCommand } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';

type Reconfigured = components['schemas']['NamespaceReconfigured'];

const reconfigure = serverCommand({
  name: 'reconfigure',
  summary: 'reconcile vector features with deployed plugins',
  description:
    'Adds the vector features that deployed plugins declare, and removes empty ones that none declares. Stored vectors are never deleted.',
  options: yesOption,
  examples: ['slipway namespaces reconfigure --namespace staging'],
  async run({ client, namespaceId, signal }, _, { yes }) {
    const path = { namespace_id: await namespaceId() };
    await requireConfirmation(`Reconfigure the vector features of ${path.namespace_id}`, yes, signal);
    const body = { confirm: true };
    const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/reconfigure', { path, body });
    return { json: answer, text: formatReconfigured(answer) };
  },
});

function formatReconfigured({ message, vectors_added: added, vectors_removed: removed }: Reconfigured): string {
  const changes = [...added.map((name) => `  + ${name}\n`), ...removed.map((name) => `  - ${name}\n`)];
  return `✓ ${message}\n${changes.join('')}`;
}

export const feature = defineCliFeature({ commands: [{ add: reconfigure, after: 'namespaces edit' }] });
