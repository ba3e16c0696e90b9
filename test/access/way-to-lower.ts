// Describes a way to lower a demand, and the two that every demand of a namespace has.
import type { DemandName } from '../../src/contract/demands.ts';
import type { Scope } from '../../src/contract/scopes.ts';
import type { Answer, Client } from '../support/client.ts';
import type { Organization } from '../support/scenes/organization.ts';

export interface WayToLower {
  lowers: DemandName;
  way: string;
  /** Scopes that the request needs even if it lowers nothing. */
  needs: readonly Scope[];
  /** Makes the demand, and returns the path or ID with which a request lowers it. */
  make(org: Organization): Promise<string>;
  lower(client: Client, path: string, org: Organization): Promise<Answer>;
}

export const ofNamespaces = ['namespaces:admin'] as const;
const renamed = { namespace_name: 'renamed' };

export function namesFreed({ lowers, make }: Pick<WayToLower, 'lowers' | 'make'>): WayToLower[] {
  const way = { lowers, needs: ofNamespaces, make };
  return [
    { ...way, way: 'rename the namespace', lower: (client, path) => client.patch(path, renamed) },
    { ...way, way: 'delete the namespace', lower: (client, path) => client.del(path) },
  ];
}
