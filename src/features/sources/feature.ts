// Declares private sources: credentials for repositories, Go modules and Python indexes of an organization.
import { defineFeature } from '../../feature.ts';
import { credentialForRepository, modulePlaces } from './for-repository.ts';
import { noteIndexUse, readPythonIndexes } from './python-indexes.ts';
import { sourceRoutes } from './routes/sources.ts';
import { sourceCredentials } from './tables.ts';

export const sources = defineFeature({
  name: 'sources',
  routes: { '/v1/sources': sourceRoutes },
  fields: { examples: { source: 'git.example.com/acme' } },
  pages: ['/sources'],
  tags: [
    {
      name: 'Sources',
      description: "Manage an organization's credentials for private repositories. Tokens are write-only.",
      after: 'Grants',
    },
  ],
  owned: [
    {
      table: sourceCredentials,
      holder: 'organization',
      column: sourceCredentials.organizationId,
      omitted: [sourceCredentials.sealed],
      after: 'waivers',
    },
  ],
  credentials: { forRepository: credentialForRepository, modulePlaces, pythonIndexes: readPythonIndexes, noteIndexUse },
});
