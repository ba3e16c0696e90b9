// Defines the events of organizations, their API keys and their namespaces.
import { z } from 'zod';
import { budgetActions, budgetResources, budgetSetters } from '../budgets.ts';
import { limitedKinds } from '../call-limits.ts';
import { eventWithData, eventWithoutData } from '../event-data.ts';
import { keyPathExample } from '../key-paths.ts';
import { quotaResources } from '../limits/quotas.ts';
import { jurisdictions } from '../plugin/placement.ts';
import { scopes } from '../scopes.ts';
import { extractorPlacements } from '../states.ts';

const budget = { on_exceeded: z.enum(budgetActions), set_by: z.enum(budgetSetters) };
export const organizationEvents = {
  'organization.created': eventWithData('An organization was created.', { name: z.string() }),
  'organization.quotas_changed': eventWithData("The operator changed an organization's quotas.", {
    quotas: z.partialRecord(z.enum(quotaResources), z.int().nullable()).describe('Null: the default.'),
  }),
  'organization.renamed': eventWithData('The operator renamed an organization.', { name: z.string() }),
  'organization.jurisdiction_changed': eventWithData(
    "The operator changed the region for the organization's next deployments.",
    { jurisdiction: z.enum(jurisdictions).nullable() },
  ),
  'organization.placement_changed': eventWithData(
    "An organization's default placement changed: where its extractors' next deployments run if nothing else says.",
    { placement: z.enum(extractorPlacements) },
  ),
  'budget.changed': eventWithData(
    'The monthly budget of the organization or a namespace was changed. Null: no limit.',
    {
      instance_seconds: z.int().nullable(),
      calls: z.int().nullable(),
      stored_bytes: z.int().nullable(),
      ...budget,
    },
  ),
  'budget.reached': eventWithData('A share of a monthly budget is spent.', {
    resource: z.enum(budgetResources),
    percent: z.int().describe('50, 80 or 100.'),
    spent: z.int(),
    limit: z.int(),
    month: z.string(),
    ...budget,
  }),
  'organization.deletion_requested': eventWithData(
    'Deletion of the organization was requested. Until it is due, everything keeps working, and it can be cancelled.',
    { due_at: z.string() },
  ),
  'organization.deletion_cancelled': eventWithoutData('Deletion of the organization was cancelled.'),
  'organization.closed': eventWithoutData(
    'The organization was closed because its deletion was due. Its keys are revoked, and all its data is deleted next.',
  ),
  'limit.changed': eventWithData('The limit of calls of a plugin, version or API key changed.', {
    limited: z.enum(limitedKinds),
    name: z.string(),
    calls_per_minute: z.int().nullable().describe('Null for no limit.'),
    calls_at_once: z.int().nullable().describe('Null for no limit.'),
  }),
  'key.created': eventWithData('An API key was created.', {
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.enum(scopes)),
    namespace_ids: z.array(z.string()).nullable(),
    path: z.string().optional().meta({
      description: 'Present if the key works only for this path and what is below it.',
      example: keyPathExample,
    }),
    expires_at: z.string().nullable(),
  }),
  'key.rotated': eventWithData("An API key's secret was rotated.", {
    name: z.string(),
    prefix: z.string(),
    previous_valid_until: z.string().nullable().describe('Null: the previous secret no longer works.'),
  }),
  'key.revoked': eventWithData('An API key was revoked.', { name: z.string(), prefix: z.string() }),
  'namespace.created': eventWithData('A namespace was created.', { name: z.string() }),
  'namespace.updated': eventWithData('A namespace was updated.', { fields: z.array(z.string()) }),
  'namespace.placement_changed': eventWithData("A namespace's default placement changed.", {
    placement: z.enum(extractorPlacements).nullable().describe("Null: the organization's."),
  }),
  'namespace.approval_changed': eventWithData('A namespace began or ceased to demand approval of new versions.', {
    required: z.boolean(),
  }),
  'namespace.callback_secret_rotated': eventWithData("A namespace's callback secret was created or rotated.", {
    previous_valid_until: z.string().nullable(),
  }),
  'namespace.deleted': eventWithoutData('A namespace was deleted. Its contents are deleted next.'),
};
