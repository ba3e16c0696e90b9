// Lists every operation in the OpenAPI document with its scope and the location of its resource, from which each actor's status follows
// (authorization.test.ts). A new route needs a row here.
import type { GoKind } from '../../../src/contract/plugin/go-kinds.ts';
import type { Scope } from '../../../src/contract/scopes.ts';
import type { Sent } from '../../support/client.ts';
import { mergedRows } from '../../support/feature-rows.ts';
import { goInstall, goPlugin } from '../../support/plugins/go-plugins.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish, uploaded } from '../../support/plugins/publish.ts';
import { type Ids, newDeployment, newManagedKey, type World } from '../../support/scenes/authorization-world.ts';
import { namespaceIn, pluginsOf } from '../../support/scenes/organization.ts';
import {
  admin,
  batches,
  budgets,
  builders,
  events,
  laterCalls,
  needs,
  operator,
  ownOrganization,
  releases,
  sessions,
  trialIn,
} from './authorization-rows.ts';
import { advisories, quarantineRows, withdrawal } from './supply-chain-rows.ts';

export interface Row {
  /** Null means any key. `admin` means the admin token instead of a key. */
  scope: Scope | 'admin' | null;
  /** Additional scopes that it needs. */
  also?: Scope[];
  /**
   * Location of the resource. `namespace`: in the namespace that the path or resource names; a key bound to another one gets 404.
   * `organization`: the whole organization; a key bound to any namespace gets 403. `everyone`: the installation; keys of every
   * organization have access, whatever they are bound to. `registrant`: the organization that registered it, which is public; other
   * keys, and bound ones, get 403. `visible`: everything that the key can see, without naming a namespace; a bound key sees its own
   * part.
   */
  of: 'namespace' | 'organization' | 'everyone' | 'registrant' | 'visible';
  /** True if the path names a resource to create. In another namespace, the same name is free. */
  creates?: true;
  /** Status for an authorized key, if it isn't 200, on a machine that has the required programs. */
  status?: number;
  /** Status for a person whose role allows it, if it differs from an authorized key's. */
  asPerson?: number;
  /** Status for a CI job of another plugin, if it isn't 403. */
  asOtherJob?: number;
  /** Programs that the builder needs for it. If one is missing, it responds with 503. */
  needs?: ('git' | 'go')[];
  sent?: Sent;
  query?: string;
  /** Runs before each authorized call, and creates the resource that the call uses up. */
  ready?: (world: World, fresh: string) => Promise<{ ids?: Ids; sent?: Sent }>;
  /** Names in the world for parameters that are called something else there: `{ plugin_id: 'whole_plugin_id' }`. */
  means?: Record<string, string>;
}

const read = { scope: 'plugins:read', of: 'namespace' } as const;
const write = { scope: 'plugins:write', of: 'namespace' } as const;
const deploy = { scope: 'plugins:deploy', of: 'namespace' } as const;
const invoke = { scope: 'plugins:invoke', of: 'namespace' } as const;
const policyAdmin = { scope: 'policy:admin', of: 'organization' } as const;
const keyAdmin = { scope: 'keys:admin', of: 'namespace' } as const;
const wholePlugin = { means: { plugin_id: 'whole_plugin_id', slug: 'whole_slug' } };
const ofOrganization = { of: 'organization', ...wholePlugin } as const;
const notDeployed = 400;

const namespaceFields = {
  namespace_name: 'made',
  feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }],
};

async function form(name: string): Promise<Sent> {
  const { zip, version } = plugin({ name });
  const fields = new FormData();
  fields.set('file', new File([zip], 'plugin.zip'));
  fields.set('name', name);
  fields.set('version', version);
  const whole = new Response(fields);
  const raw = new Uint8Array(await whole.arrayBuffer());
  const contentType = whole.headers.get('content-type') ?? '';
  return { raw, headers: { 'content-type': contentType, 'content-length': String(raw.length) } };
}

const confirmable: Row['ready'] = async ({ org }, fresh) => ({
  ids: { upload_id: (await uploaded(org, { name: fresh }, plugin({ name: fresh }).zip)).upload_id },
});

/** A source that the builder refuses before connecting, so that the response doesn't wait for a connection. */
const unfetched = { body: { repository: 'https://127.0.0.1/made.git', ref: 'v1.0.0' }, headers: { prefer: 'wait=0' } };

const inNamespace: Record<string, Row> = {
  'POST /uploads': { ...write, sent: { body: { name: 'new_ext' } } },
  'POST /uploads/{upload_id}/confirm': { ...write, asOtherJob: 404, ready: confirmable },
  'GET /uploads/{upload_id}': read,
  'POST /from-git': { ...write, needs: ['git'], sent: unfetched },
  'POST ': { ...write, sent: await form('form_ext'), ready: async (_, fresh) => ({ sent: await form(fresh) }) },
  'GET ': read,
  'GET /available': read,
  'POST /org/{plugin_id}/enable': { ...deploy, ...wholePlugin, sent: { body: { deploy: false } } },
  'POST /org/{plugin_id}/disable': { ...deploy, ...wholePlugin },
  'POST /requirements': { ...read, sent: { body: { name: 'text_embed' } } },
  'GET /by-name': read,
  'GET /by-name/{slug}/versions': read,
  'GET /by-name/{slug}/openapi.json': { ...read, status: notDeployed },
  'POST /by-name/{slug}/rollback': { ...deploy, sent: { body: { version: '1.0.0' } } },
  'POST /by-name/{slug}/undeploy': { ...deploy, sent: { body: { keep: 0 } } },
  ...trialIn({ of: 'namespace' }),
  'GET /by-name/{slug}/traffic': read,
  'GET /by-name/{slug}/counts': read,
  'GET /by-name/{slug}/diff': { ...read, query: '?v1=1.0.0&v2=1.0.0' },
  'POST /by-name/{slug}/realtime': { ...invoke, status: notDeployed },
  'POST /by-name/{slug}/realtime/test': { ...invoke, status: notDeployed },
  'PATCH /{plugin_id}': { ...write, ...withdrawal },
  'POST /{plugin_id}/relock': { ...write, status: 409 },
  'POST /{plugin_id}/relock/publish': { ...write, status: 409, sent: { body: { digest: 'a'.repeat(64) } } },
  'GET /{plugin_id}': read,
  'GET /{plugin_id}/source': read,
  'GET /{plugin_id}/download': read,
  'GET /{plugin_id}/scan': read,
  'GET /{plugin_id}/environment': read,
  'GET /{plugin_id}/status': read,
  'GET /{plugin_id}/deployments': read,
  'GET /{plugin_id}/logs': read,
  'POST /{plugin_id}/deploy': deploy,
  'POST /{plugin_id}/undeploy': deploy,
  'POST /{plugin_id}/realtime/test': { ...invoke, status: notDeployed },
  ...batches,
  'DELETE /{plugin_id}': {
    ...write,
    ready: async ({ org }, name) => ({ ids: { plugin_id: (await publish(org, plugin({ name }))).plugin_id } }),
  },
};

/** Creates a deployment that no worker claims. */
async function queued({ org }: World, name: string): Promise<{ at: string; ids: { deployment_id: string } }> {
  const { plugin_id } = await publish(org, plugin({ name, realtime: true }));
  const deployment_id = await newDeployment(org, plugin_id);
  return { at: `/v1/namespaces/${org.namespaceId}/deployments/${deployment_id}`, ids: { deployment_id } };
}

const deployments: Record<string, Row> = {
  'GET ': read,
  'GET /{deployment_id}': read,
  'GET /{deployment_id}/events': read,
  'GET /{deployment_id}/logs': read,
  'POST /{deployment_id}/cancel': { ...deploy, ready: queued },
  'POST /{deployment_id}/retry': {
    ...deploy,
    ready: async (world, fresh) => {
      const { at, ids } = await queued(world, fresh);
      await world.org.post(`${at}/cancel`);
      return { ids };
    },
  },
};

const inOrganization: Record<string, Row> = {
  'POST /from-git': { ...write, ...ofOrganization, needs: ['git'], sent: unfetched },
  'POST /uploads': { ...write, ...ofOrganization, sent: { body: { name: 'new_ext' } } },
  'POST /uploads/{upload_id}/confirm': {
    ...write,
    ...ofOrganization,
    means: { upload_id: 'whole_upload_id' },
    ready: async ({ whole: org }, name) => ({
      ids: { whole_upload_id: (await uploaded(org, { name }, plugin({ name }).zip)).upload_id },
    }),
  },
  'GET /uploads/{upload_id}': { ...read, ...ofOrganization, means: { upload_id: 'whole_upload_id' } },
  'GET ': { ...read, ...ofOrganization },
  'GET /{plugin_id}': { ...read, ...ofOrganization },
  'PATCH /{plugin_id}': { ...write, ...ofOrganization, ...withdrawal },
  'GET /by-name/{slug}/diff': { ...read, ...ofOrganization, query: '?v1=1.0.0&v2=1.0.0' },
  ...trialIn(ofOrganization),
  'GET /{plugin_id}/source': { ...read, ...ofOrganization },
  'GET /{plugin_id}/download': { ...read, ...ofOrganization },
  'GET /{plugin_id}/scan': { ...read, ...ofOrganization },
  'GET /{plugin_id}/environment': { ...read, ...ofOrganization },
  'GET /{plugin_id}/deployments': { ...read, ...ofOrganization },
  'DELETE /{plugin_id}': {
    ...write,
    ...ofOrganization,
    ready: async ({ whole: org }, name) => ({
      ids: { whole_plugin_id: (await publish(org, plugin({ name }))).plugin_id },
    }),
  },
};

const namespaces: Record<string, Row> = {
  'POST ': {
    scope: 'namespaces:admin',
    of: 'organization',
    sent: { body: namespaceFields },
    ready: async (_, fresh) => ({ sent: { body: { ...namespaceFields, namespace_name: fresh } } }),
  },
  'POST /list': { scope: null, of: 'visible' },
  'GET /{namespace_identifier}': { scope: null, of: 'namespace' },
  'PATCH /{namespace_identifier}': { scope: 'namespaces:admin', of: 'namespace', sent: { body: { description: 'x' } } },
  'PUT /{namespace_identifier}': { scope: 'namespaces:admin', of: 'namespace', sent: { body: { description: 'x' } } },
  'DELETE /{namespace_identifier}': {
    scope: 'namespaces:admin',
    of: 'namespace',
    ready: async ({ org }, fresh) => ({ ids: { namespace_identifier: await namespaceIn(org, fresh) } }),
  },
};

const policy: Record<string, Row> = {
  'GET /scan-policy': policyAdmin,
  'POST /scan-policy/preview': { ...policyAdmin, sent: { body: { level: 'strict' } } },
  'PUT /scan-policy': { ...policyAdmin, sent: { body: { level: 'seed' } } },
};

const noLimit = { calls_per_minute: null, calls_at_once: null };

const callLimits: Record<string, Row> = {
  'GET ': { ...read, of: 'visible' },
  'PUT ': {
    ...{ scope: 'namespaces:admin', of: 'organization', sent: { body: { ...noLimit, name: 'absent_whole' } } },
    ready: async ({ whole }, name) => {
      await publish(whole, plugin({ name }));
      return { sent: { body: { ...noLimit, name, calls_per_minute: 60 } } };
    },
  },
};

const keys: Record<string, Row> = {
  'POST ': { ...keyAdmin, of: 'visible', sent: { body: { name: 'made', scopes: ['keys:admin'] } } },
  'GET ': { ...keyAdmin, of: 'visible' },
  'GET /self': { scope: null, of: 'visible' },
  'GET /{key_id}': keyAdmin,
  'POST /{key_id}/rotate': keyAdmin,
  'DELETE /{key_id}': { ...keyAdmin, ready: async ({ org }) => ({ ids: { key_id: await newManagedKey(org) } }) },
};

/** Installs and updates that are allowed end with a conflict, because these tests can't fetch from Git. */
function goPlugins(kind: GoKind): Record<string, Row> {
  const means = { name: `${kind}_name` };
  const source = { repository: 'https://git.example.com/made.git', version: 'v1.0.0' };
  const change = { ...write, also: ['plugins:deploy'], status: 409, needs: ['git', 'go'] } satisfies Partial<Row>;
  return {
    'GET ': read,
    'POST ': {
      ...change,
      sent: { body: { ...source, name: 'made' } },
      ready: async ({ org }, fresh) => {
        await goPlugin(org, kind, fresh);
        return { sent: { body: { ...source, name: fresh } } };
      },
    },
    'GET /{name}': { ...read, means },
    'PUT /{name}': {
      ...change,
      means,
      sent: { body: { version: 'v1.3.0' } },
      ready: async ({ org }, fresh) => {
        await goPlugin(org, kind, fresh);
        // A single update can wait for its turn.
        for (const _ of ['in progress', 'waiting']) await goInstall(org, kind, fresh);
        return { ids: { [means.name]: fresh } };
      },
    },
    'GET /{name}/logs': { ...read, means },
    'GET /{name}/artifact': { ...read, means },
    'POST /{name}/call': { ...invoke, means, status: 409, sent: { body: { method: 'execute', params: {} } } },
    'DELETE /{name}': {
      ...write,
      means,
      status: 204,
      ready: async ({ org }, fresh) => {
        await goPlugin(org, kind, fresh);
        return { ids: { [means.name]: fresh } };
      },
    },
  };
}

export const matrix: Record<string, Row> = {
  ...under('/v1/admin', admin),
  ...builders,
  ...under('/v1/namespaces', namespaces),
  ...under(pluginsOf('{namespace_id}'), inNamespace),
  ...under('/v1/namespaces/{namespace_id}/deployments', deployments),
  ...under('/v1/namespaces/{namespace_id}/releases', releases),
  ...under('/v1/namespaces/{namespace_id}/logs', { 'GET ': read }),
  'POST /v1/namespaces/{namespace_id}/callback-secret': { scope: 'webhooks:admin', of: 'namespace' },
  ...under('/v1/plugins', inOrganization),
  ...under('/v1/call-limits', callLimits),
  ...under('/v1/keys', keys),
  ...under('/v1/admin/quarantines', quarantineRows),
  ...under('/v1/quotas', { 'GET ': { scope: null, of: 'visible' } }),
  ...under('/v1/attention', needs),
  ...under('/v1', budgets),
  ...under('/v1/organization', ownOrganization),
  ...under('/v1/session', sessions),
  ...under('/v1/calls', laterCalls),
  'GET /metrics': operator,
  ...advisories,
  ...under('/v1/events', events),
  ...under('/v1', policy),
  ...under('/api/plugins', goPlugins('pipeline')),
  ...under('/api/storage-plugins', goPlugins('storage')),
  ...mergedRows(({ authorization }) => authorization),
};

function under(path: string, rows: Record<string, Row>): Record<string, Row> {
  return Object.fromEntries(Object.entries(rows).map(([operation, row]) => [operation.replace(' ', ` ${path}`), row]));
}

/** Returns the method and path for a row's request with these IDs. */
export function addressOf(operation: string, row: Row, ids: Ids): { method: string; path: string } {
  const [method = '', path = ''] = operation.split(' ');
  const named = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    const id = ids[row.means?.[parameter] ?? parameter];
    if (id === undefined) throw new Error(`the worlds of the matrix have no ${parameter}`);
    return id;
  });
  return { method, path: named + (row.query ?? '') };
}
