// Declares setting a namespace's secrets, which its plugins read when they start.
import { namespaces } from '../../db/schema/access.ts';
import { defineFeature } from '../../feature.ts';
import { secretRoutes } from './routes/secrets.ts';
import { restartForSecrets, selectDueSecrets, sweepSecrets } from './secret-restarts.ts';

export const secrets = defineFeature({
  name: 'secrets',
  routes: { '/v1/namespaces/:namespace_id/secrets': secretRoutes },
  fields: { examples: { value: 'correct horse battery staple' } },
  tags: [
    {
      name: 'Secrets',
      description: "Set the secrets that a namespace's plugins read. Values are write-only.",
      after: 'Plugins',
    },
  ],
  messages: {
    'restart-for-secrets': { handle: (deps, { from, id }) => restartForSecrets(deps, id, from), rows: namespaces },
  },
  due: [{ step: sweepSecrets, due: (deps) => [selectDueSecrets(deps)] }],
});
