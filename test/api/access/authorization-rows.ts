// Rows of the authorization matrix for later calls; a namespace's releases; an organization's deletion; trials; builders; and operators.
import { inject } from 'vitest';
import { newBuilder, newRelease, releasedName } from '../../support/scenes/authorization-world.ts';
import type { Row } from './authorization-matrix.ts';

const read = { scope: 'plugins:read', of: 'namespace' } as const;
const invoke = { scope: 'plugins:invoke', of: 'namespace' } as const;

export const laterCalls: Record<string, Row> = {
  'GET ': { ...invoke, of: 'visible' },
  'GET /{call_id}': invoke,
  'DELETE /{call_id}': invoke,
};

export const operator = { scope: 'admin', of: 'organization' } as const;

const givenBuilder = { name: 'made', url: 'http://127.0.0.1:1' };

const namedBuilder = { ...operator, ready: async () => ({ ids: { builder_name: await newBuilder() } }) };

/** The operator's builders. Nothing listens at the URL, so none can be added. */
export const builders: Record<string, Row> = {
  'GET /v1/builders': { ...read, of: 'visible' },
  'POST /v1/admin/builders': { ...operator, status: 422, sent: { body: givenBuilder } },
  'GET /v1/admin/builders': operator,
  'PATCH /v1/admin/builders/{builder_name}': { ...namedBuilder, sent: { body: { mode: 'active' } } },
  'DELETE /v1/admin/builders/{builder_name}': { ...namedBuilder, query: '?force=true' },
};

/** Returns whether this machine lacks a program that the operation needs. */
export function isUnavailable({ needs = [] }: Row): boolean {
  return needs.some((program) => !inject(program));
}

/** Returns the status for an authorized key. */
export function statusOf(row: Row): number {
  return isUnavailable(row) ? 503 : (row.status ?? 200);
}

const notDeployed = 400;

/** Batches for a version. */
export const batches: Record<string, Row> = {
  'POST /{plugin_id}/batch/test': { ...invoke, status: notDeployed, sent: { body: { rows: [{ data: 'a' }] } } },
};

const changesRelease: Row = {
  scope: 'plugins:deploy',
  of: 'namespace',
  ready: async ({ org }) => ({ ids: { release_id: await newRelease(org) } }),
};

export const releases: Record<string, Row> = {
  'GET ': read,
  'POST ': {
    ...{ scope: 'plugins:deploy', of: 'namespace', status: 201 },
    sent: { body: { plugin: releasedName, version: '1.0.1' } },
  },
  'GET /{release_id}': read,
  'GET /{release_id}/events': read,
  'POST /{release_id}/step': changesRelease,
  'POST /{release_id}/pause': changesRelease,
  'POST /{release_id}/resume': {
    ...changesRelease,
    ready: async ({ org }) => {
      const release_id = await newRelease(org);
      await org.post(`/v1/namespaces/${org.namespaceId}/releases/${release_id}/pause`);
      return { ids: { release_id } };
    },
  },
  'POST /{release_id}/revert': changesRelease,
  'POST /{release_id}/cancel': changesRelease,
};

export const events: Record<string, Row> = {
  'GET ': { scope: 'audit:read', of: 'visible' },
  'GET /export': { scope: 'audit:read', of: 'organization' },
};

/** The need in the path doesn't exist, because each need has a scope of its own (test/attention/list.test.ts). */
export const needs: Record<string, Row> = {
  'GET ': { scope: null, of: 'visible' },
  'POST /{need_id}/dismiss': { scope: null, of: 'everyone', status: 404 },
  'DELETE /{need_id}/dismiss': { scope: null, of: 'everyone' },
};

export const sessions: Record<string, Row> = {
  'GET ': { scope: null, of: 'visible' },
  'POST ': { scope: null, of: 'visible' },
  'DELETE ': { scope: null, of: 'visible', status: 204 },
  'POST /links': { scope: null, of: 'visible' },
};

const wholeAdmin = { scope: 'keys:admin', of: 'organization' } as const;

/** Each authorized call names the organization of its key. */
export const ownOrganization: Record<string, Row> = {
  'GET /settings': wholeAdmin,
  'PATCH /settings': { ...wholeAdmin, sent: { body: { placement: 'ray' } } },
  'GET /deletion': wholeAdmin,
  'POST /deletion': {
    ...wholeAdmin,
    sent: { body: { organization_id: 'org' } },
    ready: async ({ org }) => ({ sent: { body: { organization_id: org.id } } }),
  },
  'DELETE /deletion': wholeAdmin,
};

export const admin: Record<string, Row> = {
  'POST /organizations': { ...operator, sent: { body: { name: 'Made' } } },
  'GET /organizations': operator,
  'GET /organizations/{organization_id}': operator,
  'PATCH /organizations/{organization_id}': { ...operator, sent: { body: { jurisdiction: 'eu' } } },
  'PATCH /organizations/{organization_id}/quotas': { ...operator, sent: { body: { keys: 1000 } } },
  'GET /organizations/{organization_id}/budget': operator,
  'PUT /organizations/{organization_id}/budget': { ...operator, sent: { body: { calls: 1_000_000 } } },
  'POST /organizations/{organization_id}/deletion': operator,
  'DELETE /organizations/{organization_id}/deletion': operator,
  'POST /organizations/{organization_id}/keys': { ...operator, sent: { body: { name: 'x', scopes: ['audit:read'] } } },
};

const budgetAdmin = { scope: 'keys:admin', of: 'organization', sent: { body: { calls: 1_000_000 } } } as const;

export const budgets: Record<string, Row> = {
  'GET /budget': { ...read, of: 'visible' },
  'PUT /budget': budgetAdmin,
  'GET /namespaces/{namespace_id}/budget': read,
  'PUT /namespaces/{namespace_id}/budget': budgetAdmin,
  'GET /usage': { ...read, of: 'visible' },
  'GET /usage/history': { ...read, of: 'visible' },
};

/** The world's versions aren't staged. */
export function trialIn(place: Pick<Row, 'of' | 'means'>): Record<string, Row> {
  return { 'POST /{plugin_id}/trial': { ...place, scope: 'plugins:write', status: 409, sent: { body: {} } } };
}
