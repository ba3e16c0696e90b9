// Declares the export of an organization: its rows and objects, for its administrators.
import { defineFeature } from '../../feature.ts';
import { organizationExport } from './routes/export.ts';

export const organizationExports = defineFeature({
  name: 'organization-export',
  routes: { '/v1/organization': organizationExport },
});
