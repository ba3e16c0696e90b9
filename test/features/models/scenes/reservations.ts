// Quotas of models, and what reserves them.
import { z } from 'zod';
import { clientOf } from '../../../support/client.ts';
import { adminAuthorization, type Organization } from '../../../support/scenes/organization.ts';
import { modelsAt } from './models.ts';

const operator = clientOf(adminAuthorization);

export const setQuotas = ({ id }: Organization, quotas: object) =>
  operator.patch(`/v1/admin/organizations/${id}/quotas`, quotas);

export const usageOf = async (org: Organization) => {
  const { body } = await org.get('/v1/quotas');
  const amount = z.object({ used: z.int() });
  const held = z.object({ held_by: z.object({ models: z.int() }) });
  const { quotas } = z.object({ quotas: z.object({ stored_bytes: held, model_uploads: amount }) }).parse(body);
  return [quotas.stored_bytes.held_by.models, quotas.model_uploads.used];
};

export const someDigest = (n: number) => n.toString(16).padStart(64, '0');

export const gib = 2 ** 30;

export const request = (org: Organization, name: string, n: number, size_bytes: number) =>
  org.put(modelsAt(org, name), { sha256: someDigest(n), size_bytes });
