// Limits of deployments: how many of an organization's plugins are live, how many instances they may have, and its budgets.
import { type SQL, sql } from 'drizzle-orm';
import type { Scaling } from '../contract/builder/fleets.ts';
import type { DeploymentType } from '../contract/states.ts';
import type { OrganizationId } from '../core/ids.ts';
import { livePlugins } from '../db/schema/deploy.ts';
import { scaledInstances, type Target, usedAmount } from './amounts.ts';
import { budgetLimit } from './budgets.ts';
import type { Limit } from './limit.ts';
import { quota } from './quotas.ts';

/**
 * Returns the limits of a plugin that is to go live in the namespace, where another version may already be live. The limits of
 * instances apply if `isScaled` holds. A batch-only deployment runs nothing and doesn't count. A plugin's versions count once, with the
 * largest number of instances among them.
 */
export function liveLimits(
  organizationId: OrganizationId,
  {
    isScaled,
    now,
    type,
    scaling,
    ...target
  }: Target & { type: DeploymentType; scaling: Scaling | null; isScaled: SQL; now: number },
): Limit[] {
  const { namespaceId, pluginId } = target;
  const own = sql`select 1 from ${livePlugins} where ${livePlugins.namespaceId} = ${namespaceId} and ${livePlugins.pluginId} = ${pluginId}`;
  const others = sql<number>`(${usedAmount(organizationId, 'live_plugins')} - exists (${own}))`;
  const further = (resource: 'instances' | 'warm_instances', field: 'min' | 'max'): Limit[] => {
    const adding = scaling?.[field] ?? 0;
    if (adding === 0) return [];
    const limited = quota(organizationId, resource, scaledInstances(organizationId, field, target), { adding });
    return [{ ...limited, hasRoom: sql`(not ${isScaled} or ${limited.hasRoom})` }];
  };
  return [
    budgetLimit({ organizationId, namespaceId }, now),
    ...(type === 'realtime' ? [quota(organizationId, 'live_deployments', others)] : []),
    ...further('instances', 'max'),
    ...further('warm_instances', 'min'),
  ];
}
