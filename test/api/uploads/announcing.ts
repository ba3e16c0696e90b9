// Uploads that announce a size.
import { type Answer, clientOf } from '../../support/client.ts';
import { adminAuthorization, type Organization } from '../../support/scenes/organization.ts';

const operator = clientOf(adminAuthorization);

export function limitStorage({ id }: Organization, stored_bytes: number): Promise<Answer> {
  return operator.patch(`/v1/admin/organizations/${id}/quotas`, { stored_bytes });
}

export async function usedBytes({ id }: Organization): Promise<number> {
  return Object((await operator.get(`/v1/admin/organizations/${id}`)).body).quotas.stored_bytes.used;
}

export function request(org: Organization, name: string, bytes?: number): Promise<Answer> {
  return org.post(`${org.plugins}/uploads`, { name, ...(bytes === undefined ? {} : { file_size_bytes: bytes }) });
}
