// Deployment quotas: how many of an organization's plugins are live, and how many instances they may have.
import { type SQL, sql } from 'drizzle-orm';
import type { Scaling } from '../contract/builder/fleets.ts';
import type { DeploymentType } from '../contract/states.ts';
import type { NamespaceId, OrganizationId } from '../core/ids.ts';
import { type Budget, isWithinBudget, requireWithinBudget, selectRefusing } from './budgets.ts';
import type { Db } from './client.ts';
import { type Quota, quota, requireQuota, selectUsage, type Usage, unlimited, usedAmount } from './quotas.ts';
import { scaledInstances, type Target } from './scaled-instances.ts';
import { livePlugins } from './schema/deploy.ts';

export interface DeploymentQuotas {
  livePlugins: Quota;
  instances: Quota;
  warmInstances: Quota;
  /** The organization and namespace with the budgets, and the time. */
  budget: { organizationId: OrganizationId; namespaceId: NamespaceId; now: number };
}

/**
 * Returns the quotas for a deployment of the plugin in the namespace, where another version may already be live. The limits of
 * instances apply if `isScaled` holds. A batch-only deployment runs nothing and doesn't count. A plugin's versions count once, with the
 * largest number of instances among them.
 */
export function deploymentQuotas(
  organizationId: OrganizationId,
  {
    isScaled,
    now,
    type,
    scaling,
    ...target
  }: Target & { type: DeploymentType; scaling: Scaling | null; isScaled: SQL; now: number },
): DeploymentQuotas {
  const live = quota(organizationId, 'live_deployments', otherLivePlugins(organizationId, target));
  const further = (resource: 'instances' | 'warm_instances', field: 'min' | 'max') => {
    const limited = quota(organizationId, resource, scaledInstances(organizationId, field, target), scaling?.[field]);
    if (!scaling || scaling[field] === 0) return unlimited(limited);
    return { ...limited, hasRoom: sql`(not ${isScaled} or ${limited.hasRoom})` };
  };
  return {
    livePlugins: type === 'realtime' ? live : unlimited(live),
    instances: further('instances', 'max'),
    warmInstances: further('warm_instances', 'min'),
    budget: { organizationId, namespaceId: target.namespaceId, now },
  };
}

/** SQL: the deployment fits. */
export function hasRoom({ budget, instances, livePlugins, warmInstances }: DeploymentQuotas): SQL {
  return sql`(${livePlugins.hasRoom} and ${instances.hasRoom} and ${warmInstances.hasRoom} and ${isWithinBudget(budget, budget.now)})`;
}

/** Selects usage for a batch. */
export function selectDeploymentUsage(db: Db, quotas: DeploymentQuotas, condition: SQL) {
  return {
    livePlugins: selectUsage(db, quotas.livePlugins, condition),
    instances: selectUsage(db, quotas.instances, condition),
    warmInstances: selectUsage(db, quotas.warmInstances, condition),
    refusing: selectRefusing(db, quotas.budget, condition),
  };
}

/** Throws the Problem of the first exceeded quota. */
export function requireRoom(
  quotas: DeploymentQuotas,
  usage: Record<'livePlugins' | 'instances' | 'warmInstances', Usage[]> & { refusing: Budget[] },
): void {
  requireWithinBudget(usage.refusing[0], quotas.budget.now);
  for (const name of ['livePlugins', 'instances', 'warmInstances'] as const) requireQuota(quotas[name], usage[name][0]);
}

function otherLivePlugins(organizationId: OrganizationId, { namespaceId, pluginId }: Target): SQL<number> {
  const own = sql`select 1 from ${livePlugins} where ${livePlugins.namespaceId} = ${namespaceId} and ${livePlugins.pluginId} = ${pluginId}`;
  return sql<number>`(${usedAmount(organizationId, 'live_plugins')} - exists (${own}))`;
}
