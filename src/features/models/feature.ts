// Declares storing models: files that a namespace's plugins read, apart from their archives.
import { defineFeature } from '../../feature.ts';
import { storedModels, uploadedModels } from './orphaned-models.ts';
import { modelRoutes } from './routes/models.ts';

export const models = defineFeature({
  name: 'models',
  routes: { '/v1/namespaces/:namespace_id/models': modelRoutes },
  tags: [
    {
      name: 'Models',
      description: "Store files that a namespace's plugins read, apart from their archives.",
      after: 'Secrets',
    },
  ],
  folders: [storedModels, uploadedModels],
});
