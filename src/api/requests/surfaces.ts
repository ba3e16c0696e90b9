// Defines the surfaces that share their routes: for the extractors of a namespace or of an organization, and for pipeline or storage
// plugins. They differ in whose plugins they are, and in the path parameters.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { canSeeNamespace, notFound } from '../../access/actor.ts';
import { requireOrganizationKey } from '../../access/owners.ts';
import type { GoKind } from '../../contract/plugin/go-kinds.ts';
import type { OwnerId } from '../../db/schema/registry.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';

export interface ExtractorSurface {
  tag: string;
  /** Part of the names of the surface's operations. */
  noun: 'Plugin' | 'OrganizationPlugin';
  /** The path parameters that identify the owner. */
  params: z.ZodObject;
  /** Returns the plugins' owner. Throws if the actor can't see it. */
  ownerOf(c: Context<AppEnv>): OwnerId;
}

export const namespaced: ExtractorSurface = {
  tag: 'Plugins',
  noun: 'Plugin',
  params: z.object({ namespace_id: z.string() }),
  ownerOf: (c) => {
    const namespaceId = parseNamespaceId(c.req.param('namespace_id') ?? '');
    if (!canSeeNamespace(requireActor(c), namespaceId)) throw notFound('namespace', namespaceId);
    return namespaceId;
  },
};

export const organizationWide: ExtractorSurface = {
  tag: 'Organization plugins',
  noun: 'OrganizationPlugin',
  params: z.object({}),
  ownerOf: (c) => requireOrganizationKey(requireActor(c)),
};

export const byName = z.object({
  namespace_id: z.string(),
  slug: z.string().openapi({ description: 'Name of the plugin' }),
});

export const onePlugin = z.object({ namespace_id: z.string(), plugin_id: z.string() });

export interface GoSurface {
  kind: GoKind;
  tag: string;
  noun: 'PipelinePlugin' | 'StoragePlugin';
}

export const pipelineSurface: GoSurface = { kind: 'pipeline', tag: 'Pipeline plugins', noun: 'PipelinePlugin' };

export const storageSurface: GoSurface = { kind: 'storage', tag: 'Storage plugins', noun: 'StoragePlugin' };

export const named = {
  params: z.object({ name: z.string().openapi({ description: 'Name of the plugin', example: 'http-auth' }) }),
};
