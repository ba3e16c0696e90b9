// The two extractor surfaces, namespaced and organization-wide, are the same routes over the same functions: they differ in whose
// plugins are meant, and in which ids their answers name.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, seesNamespace } from '../../access/actor.ts';
import { requireOrganizationKey } from '../../access/owners.ts';
import type { OwnerId } from '../../db/schema/registry.ts';
import { type AppEnv, actorOf, namespaceIdOf } from '../context.ts';

export interface ExtractorSurface {
  tag: string;
  /** In the names of its operations. */
  noun: 'Plugin' | 'OrganizationPlugin';
  /** The path's parameters that say whose plugins are meant. */
  params: z.ZodObject;
  /** Whose; refuses what the actor may not know of. */
  ownerOf(c: Context<AppEnv>): OwnerId;
}

export const namespaced: ExtractorSurface = {
  tag: 'Plugins',
  noun: 'Plugin',
  params: z.object({ namespace_id: z.string() }),
  ownerOf: (c) => {
    const namespaceId = namespaceIdOf(c.req.param('namespace_id') ?? '');
    if (!seesNamespace(actorOf(c), namespaceId)) throw notFound('namespace', namespaceId);
    return namespaceId;
  },
};

export const organizationWide: ExtractorSurface = {
  tag: 'Organization plugins',
  noun: 'OrganizationPlugin',
  params: z.object({}),
  ownerOf: (c) => requireOrganizationKey(actorOf(c)),
};

export const onePlugin = z.object({ namespace_id: z.string(), plugin_id: z.string() });
