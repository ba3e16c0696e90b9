// Declares grants: administrators give plugins permissions beyond the defaults. The kernel checks each start against them.
import { defineFeature } from '../../feature.ts';
import { grantRoutes } from './routes/grants.ts';

export const grants = defineFeature({
  name: 'grants',
  routes: { '/v1/grants': grantRoutes },
  pages: ['/grants'],
  tags: [
    {
      name: 'Grants',
      description: "Grant an organization's plugins permissions beyond the defaults.",
      after: 'Namespaces',
    },
  ],
});
