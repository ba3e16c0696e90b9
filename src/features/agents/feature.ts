// Declares agent plugins: packages for agents that are hosted elsewhere, registered with their checksums.
import { and, eq, isNull } from 'drizzle-orm';
import { defineFeature } from '../../feature.ts';
import { artifactKey } from './artifact.ts';
import { agentCopies, selectUnneeded, sweepAgentCopies } from './artifact-copies.ts';
import { recordFetch } from './artifact-download.ts';
import { quarantinedArtifacts } from './quarantine.ts';
import { agentSurface } from './routes/agent-errors.ts';
import { agentPlugins } from './routes/agent-plugins.ts';
import { agentArtifacts } from './tables.ts';
import { selectUnverified, sweepAgentArtifacts, verifyArtifact } from './verification.ts';

export const agents = defineFeature({
  name: 'agents',
  routes: { '/api/v1/plugins': agentPlugins },
  fields: { typicalStates: ['verified'] },
  surfaces: [agentSurface],
  tags: [
    {
      name: 'Agent plugins',
      description: 'Register packages for agents that are hosted elsewhere, with their checksums.',
      after: 'Storage plugins',
    },
  ],
  messages: {
    'verify-artifact': { handle: (deps, { id }) => verifyArtifact(deps, id), marksRows: true, rows: agentArtifacts },
    'artifact-fetched': { handle: (deps, { id }) => recordFetch(deps, id), rows: agentArtifacts },
  },
  due: [
    { step: sweepAgentArtifacts, due: (deps) => [selectUnverified(deps)] },
    { step: sweepAgentCopies, due: (deps) => [selectUnneeded(deps)] },
  ],
  folders: [agentCopies],
  owned: [
    {
      table: agentArtifacts,
      holder: 'organization',
      column: agentArtifacts.organizationId,
      after: 'later_calls',
      objects: (row) => (row.mirrored && !row.quarantined ? [artifactKey(String(row.checksum))] : []),
    },
  ],
  closing: (db, { id, isClosed, now }) => [
    db
      .update(agentArtifacts)
      .set({ yankedAt: now, nextCheckAt: null, updatedAt: now })
      .where(and(eq(agentArtifacts.organizationId, id), isNull(agentArtifacts.yankedAt), isClosed)),
  ],
  quarantinable: [quarantinedArtifacts],
});
