// Quarantines the artifact of an agent plugin's version, or lifts its quarantine.
import { and, eq, isNotNull } from 'drizzle-orm';
import { idSchema } from '../../contract/ids.ts';
import { previousChanged } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import type { Quarantinable } from '../../points.ts';
import { saysOther } from '../../retirement/quarantine.ts';
import { agentArtifacts } from './tables.ts';

export const quarantinedArtifacts: Quarantinable<Deps> = {
  kind: 'agent',
  rows: agentArtifacts,
  digest: agentArtifacts.checksum,
  change: (deps, { name, organizationId, version, ...row }, { actor, quarantined }) => {
    const { clock, db } = deps;
    const id = idSchema('plugin').parse(row.id);
    const event = { organizationId, namespaceId: null, actor, subjectId: id };
    const differs = quarantined
      ? saysOther(agentArtifacts.quarantined, quarantined)
      : isNotNull(agentArtifacts.quarantined);
    const changed = db
      .update(agentArtifacts)
      .set({ quarantined, updatedAt: clock.now() })
      .where(and(eq(agentArtifacts.id, id), differs));
    if (!quarantined)
      return [
        changed,
        record(deps, { ...event, type: 'agent_plugin.unquarantined', data: { name, version } }, previousChanged),
      ];
    const { objection, reason } = quarantined;
    const data = { name, version, reason, objection };
    return [changed, record(deps, { ...event, type: 'agent_plugin.quarantined', data }, previousChanged)];
  },
};
