// Lists the ways to lower each demand, and the fields of requests that make demands.
import { z } from 'zod';
import type { DemandName } from '../../src/contract/demands.ts';
import type { Client } from '../support/client.ts';
import { featureRows } from '../support/feature-rows.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { namespaceIn, type Organization } from '../support/scenes/organization.ts';
import { namesFreed, ofNamespaces, type WayToLower } from './way-to-lower.ts';

/** Returns the ways of a namespace that was changed so: others than giving up its name are `changes`. */
function ofNamespace(lowers: DemandName, made: object, changes: Record<string, object>): WayToLower[] {
  const make = async (org: Organization) => {
    const path = `/v1/namespaces/${await namespaceIn(org, 'demanding')}`;
    await org.patch(`${path}?without_approvers=true`, made);
    return path;
  };
  const way = { lowers, needs: ofNamespaces, make };
  return [
    ...Object.entries(changes).map(([name, body]) => ({
      ...way,
      way: name,
      lower: (client: Client, path: string) => client.patch(path, body),
    })),
    ...namesFreed({ lowers, make }),
  ];
}

const namespaceBudget: WayToLower = {
  lowers: 'namespaceBudget',
  way: 'remove it',
  needs: [],
  make: async (org) => {
    const path = `/v1/namespaces/${await namespaceIn(org, 'spending')}`;
    await org.put(`${path}/budget`, { calls: 10 });
    return path;
  },
  lower: (client, path) => client.put(`${path}/budget`, { calls: null }),
};

const limit = { calls_per_minute: 5, calls_at_once: null };
const noLimit = { calls_per_minute: null, calls_at_once: null };

const callLimits: WayToLower[] = [
  {
    lowers: 'pluginCallLimit',
    way: 'remove the limit',
    needs: [],
    make: async (org) => {
      await publish(org, plugin({ name: 'limited' }));
      await org.put('/v1/call-limits', { ...limit, namespace_id: org.namespaceId, name: 'limited' });
      return '/v1/call-limits';
    },
    lower: (client, path, { namespaceId }) =>
      client.put(path, { ...noLimit, namespace_id: namespaceId, name: 'limited' }),
  },
  {
    lowers: 'keyCallLimit',
    way: 'remove the limit',
    needs: [],
    make: async (org) => {
      const { key_id } = z.object({ key_id: z.string() }).parse((await org.get('/v1/keys/self')).body);
      await org.put('/v1/call-limits', { ...limit, key_id });
      return key_id;
    },
    lower: (client, key_id) => client.put('/v1/call-limits', { ...noLimit, key_id }),
  },
  {
    lowers: 'keyCallLimit',
    way: 'make another key',
    needs: [],
    make: async () => '/v1/keys',
    lower: (client, path) => client.post(path, { name: 'another', scopes: ['keys:admin'] }),
  },
];

const ofOrganization: WayToLower[] = [
  {
    lowers: 'budget',
    way: 'remove it',
    needs: [],
    make: async (org) => {
      await org.put('/v1/budget', { calls: 10 });
      return '/v1/budget';
    },
    lower: (client, path) => client.put(path, { calls: null }),
  },
  {
    lowers: 'scanLevel',
    way: 'set a lower level',
    needs: [],
    make: async (org) => {
      await org.put('/v1/scan-policy', { level: 'strict' });
      return '/v1/scan-policy';
    },
    lower: (client, path) => client.put(path, { level: 'seed' }),
  },
];

/** Only the operator's token lowers these. */
const ofOperator: WayToLower[] = [
  ...(['budget', ''] as const).map((part) => ({
    lowers: part === 'budget' ? ('operatorBudget' as const) : ('jurisdiction' as const),
    way: 'ask as the operator does',
    needs: [],
    make: async ({ id }: Organization) => `/v1/admin/organizations/${id}${part && `/${part}`}`,
    lower: (client: Client, path: string) =>
      part === 'budget' ? client.put(path, { calls: null }) : client.patch(path, { jurisdiction: null }),
  })),
  {
    lowers: 'quarantine',
    way: 'end the quarantine',
    needs: [],
    make: async () => `/v1/admin/quarantines/${'0'.repeat(64)}`,
    lower: (client, path) => client.del(path),
  },
];

export const waysToLower: readonly WayToLower[] = [
  ...ofNamespace('namespaceApproval', { requires_approval: true }, { 'switch it off': { requires_approval: false } }),
  ...ofNamespace(
    'refusedAdvisories',
    { refuse_advisories: 'high' },
    { 'refuse none': { refuse_advisories: null }, 'refuse only more severe ones': { refuse_advisories: 'critical' } },
  ),
  ...ofNamespace(
    'packageAge',
    { dependencies_older_than: '3d' },
    { 'demand none': { dependencies_older_than: null }, 'demand a lower age': { dependencies_older_than: '71h' } },
  ),
  namespaceBudget,
  ...namesFreed(namespaceBudget),
  ...callLimits,
  ...ofOrganization,
  ...ofOperator,
  ...featureRows.flatMap(({ waysToLower: own = [] }) => own),
];

/** The demands that fields of requests make. Null for a field that demands nothing. */
export const fieldsOfSettings: Record<string, Record<string, DemandName | null>> = {
  patchNamespace: {
    namespace_name: null,
    namespace_type: null,
    description: null,
    feature_extractors: null,
    payload_indexes: null,
    auto_create_indexes: null,
    infrastructure: null,
    ttl_seconds: null,
    keep_live_versions: null,
    // Defaults, in whose place a version or a request may say something else.
    placement: null,
    default_release: null,
    requires_approval: 'namespaceApproval',
    refuse_advisories: 'refusedAdvisories',
    dependencies_older_than: 'packageAge',
  },
  setCallLimit: {
    key_id: null,
    namespace_id: null,
    name: null,
    kind: null,
    plugin_id: null,
    calls_per_minute: 'pluginCallLimit',
    calls_at_once: 'keyCallLimit',
  },
  setBudget: { instance_seconds: 'budget', calls: 'budget', stored_bytes: 'budget', on_exceeded: 'budget' },
  setScanPolicy: { level: 'scanLevel' },
  updateOrganization: { name: null, jurisdiction: 'jurisdiction' },
  updateOrganizationSettings: { placement: null },
  ...Object.assign({}, ...featureRows.map(({ settings = {} }) => settings)),
};
