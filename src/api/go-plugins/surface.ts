// Defines the two surfaces of Go plugins. Both have the same routes; they differ in the interface that `Plugin` must implement.
import { z } from '@hono/zod-openapi';
import type { GoKind } from '../../registry/go/installs.ts';

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
