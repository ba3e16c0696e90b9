// Declares READMEs: what a version's author wrote for its callers, with the pictures in it.
import { namespaced, organizationWide } from '../../api/requests/surfaces.ts';
import { defineFeature } from '../../feature.ts';
import { readmeRoutes } from './routes/readme.ts';

export const readme = defineFeature({
  name: 'readme',
  routes: {
    '/v1/namespaces/:namespace_id/plugins': () => readmeRoutes(namespaced),
    '/v1/plugins': () => readmeRoutes(organizationWide),
  },
});
