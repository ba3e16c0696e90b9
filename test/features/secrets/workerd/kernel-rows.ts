// Tells the kernel's tests what they need to know about setting secrets.
import { settingLimits } from '../../../../src/contract/features/secrets/limits.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import { copyRow, numbered } from '../../../support/database/many-rows.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';

const at = '/v1/namespaces/{namespace_id}/secrets';
const named = { of: 'namespace', scope: 'namespaces:admin', means: { name: 'secret_name' } } as const;
const body = { value: 'made-value' };

const authorization: Record<string, Row> = {
  [`GET ${at}`]: { scope: 'plugins:read', of: 'namespace' },
  [`PUT ${at}/{name}`]: { ...named, creates: true, sent: { body } },
  [`DELETE ${at}/{name}`]: {
    ...named,
    ready: async ({ org }, fresh) => {
      await org.put(`/v1/namespaces/${org.namespaceId}/secrets/${fresh.toUpperCase()}`, body);
      return { ids: { secret_name: fresh.toUpperCase() } };
    },
  },
};

const makeDue: FeatureRows['makeDue'] = async ({ old, org }) => {
  await org.put(`/v1/namespaces/${org.namespaceId}/secrets/TOKEN`, { value: 'a value' });
  const copies = { from: 10_001, times: 1000 };
  await copyRow('secrets', copies, { namespace_id: numbered('namespace_id'), restart_due: '1', updated_at: old });
};

export const rows: FeatureRows = {
  authorization,
  missingIds: { secret_name: 'ABSENT' },
  ids: async ({ name }) => ({ secret_name: `TOKEN_OF_${name}` }),
  operationEvents: { [`DELETE ${at}/{name}`]: ['secret.deleted'], [`PUT ${at}/{name}`]: ['secret.set'] },
  bounded: [
    {
      what: 'message `restart-for-secrets`',
      queries: 3 + settingLimits.restartedAtOnce * 3,
      others: 1 + settingLimits.restartedAtOnce,
    },
  ],
  makeDue,
};
