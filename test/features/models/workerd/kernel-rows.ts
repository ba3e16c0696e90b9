// Tells the kernel's tests what they need to know about models.
import { z } from 'zod';
import type { WayToLower } from '../../../access/way-to-lower.ts';
import type { Row } from '../../../api/access/authorization-matrix.ts';
import type { FeatureRows } from '../../../support/feature-rows.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { modelsAt, putModel } from '../scenes/models.ts';

const at = '/v1/namespaces/{namespace_id}/models';
const sent = {
  body: { sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824', size_bytes: 5 },
};
const named = { of: 'namespace', scope: 'plugins:write', means: { name: 'model_name' } } as const;

/** Sends the content that `sent` describes, and confirms it if asked to. */
async function madeModel(org: Organization, name: string, isConfirmed: boolean): Promise<Record<string, string>> {
  const path = modelsAt(org, name);
  const { upload_url } = z.object({ upload_url: z.string() }).parse((await org.put(path, sent.body)).body);
  await org.fetch(new Request(upload_url, { method: 'PUT', body: 'hello', headers: { 'content-length': '5' } }));
  if (isConfirmed) await org.post(`${path}/confirm`, sent.body);
  return { model_name: name };
}

const authorization: Record<string, Row> = {
  [`GET ${at}`]: { scope: 'plugins:read', of: 'namespace' },
  [`PUT ${at}/{name}`]: { ...named, creates: true, sent },
  [`POST ${at}/{name}/confirm`]: {
    ...named,
    sent,
    ready: async ({ org }, fresh) => ({ ids: await madeModel(org, fresh, false) }),
  },
  [`DELETE ${at}/{name}`]: {
    ...named,
    ready: async ({ org }, fresh) => ({ ids: await madeModel(org, fresh, true) }),
  },
};

const waysToLower: readonly WayToLower[] = [
  {
    lowers: 'scanLevel',
    way: 'waive a pickle in a model',
    needs: ['plugins:write'],
    make: async (org) => {
      await madeModel(org, 'pickled', false);
      return `${modelsAt(org, 'pickled')}/confirm`;
    },
    lower: (client, path) => client.post(path, { ...sent.body, waive_pickle: 'Its author is trusted' }),
  },
];

export const rows: FeatureRows = {
  waysToLower,
  authorization,
  missingIds: { model_name: 'absent-model' },
  ids: async ({ name, org }) => {
    await putModel(org, `${name}-model`, `weights of ${name}`);
    return { model_name: `${name}-model` };
  },
  operationEvents: {
    [`DELETE ${at}/{name}`]: ['model.deleted'],
    [`PUT ${at}/{name}`]: [],
    [`POST ${at}/{name}/confirm`]: ['model.set'],
  },
};
