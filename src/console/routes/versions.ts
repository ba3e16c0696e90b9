// Pages about a version: its details, its source, its changes, and its upload.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { formatPluginId } from '../../core/plugin-id.ts';
import { lazyPage } from '../connection/load-code.ts';
import {
  diffQuery,
  environmentQuery,
  scanQuery,
  sourceQuery,
  statusQuery,
  uploadQuery,
  versionQuery,
  versionsQuery,
} from '../data/queries.ts';
import { signedIn, text } from './frame.tsx';

const version = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/versions/$version',
  staticData: { title: { parameter: 'version' }, under: '/n/$namespace/plugins/$name' },
  loader: ({ context, params }) => {
    const { queries } = context;
    const id = formatPluginId(params.name, params.version);
    void queries.prefetchQuery(versionQuery(params.namespace, id));
    void queries.prefetchQuery(versionsQuery(params.namespace, params.name));
    void queries.prefetchQuery(statusQuery(params.namespace, id));
    void queries.prefetchQuery(environmentQuery(params.namespace, id));
    void queries.prefetchQuery(scanQuery(params.namespace, id));
  },
  component: lazyPage(() => import('../pages/versions/version.tsx'), 'VersionPage'),
});

const source = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/versions/$version/source',
  staticData: { title: 'Source', under: '/n/$namespace/plugins/$name/versions/$version' },
  validateSearch: z.object({ file: text, line: z.optional(z.number()) }),
  loader: ({ context: { queries }, params }) => {
    const id = formatPluginId(params.name, params.version);
    void queries.prefetchQuery(sourceQuery(params.namespace, id));
    void queries.prefetchQuery(scanQuery(params.namespace, id));
  },
  component: lazyPage(() => import('../pages/versions/source.tsx'), 'SourcePage'),
});

const diff = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/diff',
  staticData: { title: 'Changes', under: '/n/$namespace/plugins/$name' },
  validateSearch: z.object({ from: z.string(), to: z.string() }),
  loaderDeps: ({ search: { from, to } }) => ({ from, to }),
  loader: ({ context: { queries }, params: { namespace, name }, deps: { from, to } }) => {
    void queries.prefetchQuery(diffQuery(namespace, { slug: name, v1: from, v2: to }));
    void queries.prefetchQuery(versionsQuery(namespace, name));
  },
  component: lazyPage(() => import('../pages/diff/diff.tsx'), 'DiffPage'),
});

const upload = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/uploads/$upload',
  staticData: { title: 'Upload', under: '/n/$namespace/plugins' },
  loader: ({ context, params }) => {
    void context.queries.prefetchQuery(uploadQuery(params.namespace, params.upload));
  },
  component: lazyPage(() => import('../pages/versions/upload.tsx'), 'UploadPage'),
});

export const versionRoutes = [version, source, diff, upload] as const;
