// Lists what an organization can demand of its plugins and calls, and which right lowers each demand. A demand protects nothing if
// someone can lower it whom it was made for, so lowering often needs another right than making it.
import type { Scope } from './scopes.ts';

export interface Demand {
  /** Names it in words. */
  demand: string;
  /** The scope that makes or raises it. `admin` is the operator's token. */
  raise: Scope | 'admin';
  /** The scope that lowering it needs, in addition to what the request itself needs. */
  lower: Scope | 'admin';
  /** Ways to lower it, in words. */
  ways: string;
  /** The feature without which there is no such demand. */
  feature?: string;
}

const freed = 'rename or delete the namespace, whose name another one could take';

export const demands = {
  namespaceApproval: {
    demand: 'A namespace demands approval of new versions, and of what sets of tools say',
    raise: 'namespaces:admin',
    lower: 'versions:approve',
    ways: `switch it off; ${freed}`,
  },
  pluginApproval: {
    demand: 'A plugin demands approval of new versions',
    raise: 'namespaces:admin',
    lower: 'versions:approve',
    ways: `switch it off; ${freed}`,
    feature: 'approvals',
  },
  toolSetApproval: {
    demand: 'A set of tools demands approved versions',
    raise: 'plugins:deploy',
    lower: 'versions:approve',
    ways: 'switch it off; delete the set',
    feature: 'mcp',
  },
  refusedAdvisories: {
    demand: 'A namespace refuses versions with known vulnerabilities',
    raise: 'namespaces:admin',
    lower: 'policy:admin',
    ways: `refuse none, or only more severe ones; ${freed}`,
  },
  packageAge: {
    demand: 'A namespace demands a least age of packages',
    raise: 'namespaces:admin',
    lower: 'policy:admin',
    ways: `demand none, or a lower age; ${freed}`,
  },
  scanLevel: {
    demand: "The scan policy's level",
    raise: 'policy:admin',
    lower: 'policy:admin',
    ways: 'set a lower level; waive a finding, or a pickle in a model',
  },
  grant: {
    demand: 'Network, secrets, memory and time need a grant',
    raise: 'policy:admin',
    lower: 'policy:admin',
    ways: 'grant them',
    feature: 'grants',
  },
  pluginCallLimit: {
    demand: 'A limit of calls of a plugin or version',
    raise: 'namespaces:admin',
    lower: 'namespaces:admin',
    ways: 'raise or remove the limit; rename or delete the namespace',
  },
  keyCallLimit: {
    demand: 'A limit of calls of an API key',
    raise: 'keys:admin',
    lower: 'keys:admin',
    ways: 'raise or remove the limit; make another key',
  },
  budget: {
    demand: 'A budget of the organization',
    raise: 'keys:admin',
    lower: 'keys:admin',
    ways: 'raise or remove it',
  },
  namespaceBudget: {
    demand: 'A budget of a namespace',
    raise: 'keys:admin',
    lower: 'keys:admin',
    ways: `raise or remove it; ${freed}`,
  },
  operatorBudget: {
    demand: 'A budget that the operator set',
    raise: 'admin',
    lower: 'admin',
    ways: 'raise or remove it',
  },
  stageOnly: {
    demand: 'A CI job may only stage',
    raise: 'keys:admin',
    lower: 'keys:admin',
    ways: 'add another trusted publisher',
    feature: 'identity',
  },
  jurisdiction: {
    demand: "An organization's region",
    raise: 'admin',
    lower: 'admin',
    ways: 'set another region',
  },
  quarantine: {
    demand: 'Quarantined content runs nowhere',
    raise: 'admin',
    lower: 'admin',
    ways: 'end the quarantine',
  },
} as const satisfies Record<string, Demand>;

export type DemandName = keyof typeof demands;

/** Demands that a key of an organization can lower with a right that the request itself doesn't need. */
export type GuardedDemand = {
  [Name in DemandName]: (typeof demands)[Name]['lower'] extends Scope ? Name : never;
}[DemandName];
