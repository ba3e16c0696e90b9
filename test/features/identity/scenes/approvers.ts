// Each way to demand approval.
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

const demand = { requires_approval: true };

export async function published(): Promise<Organization> {
  const org = await organization();
  await publish(org, plugin());
  await publish({ ...org, plugins: '/v1/plugins' }, plugin({ name: 'shared_ext' }));
  return org;
}

/** Each way to demand approval. The name makes what it creates unique. */
export const ways: [string, (org: Organization, name: string, query?: string) => ReturnType<Organization['patch']>][] =
  [
    ['a namespace', (org, _, query = '') => org.patch(`/v1/namespaces/${org.namespaceId}${query}`, demand)],
    ['a plugin', (org, _, query = '') => org.patch(`${org.plugins}/by-name/hello_ext${query}`, demand)],
    ["the organization's plugin", (org, _, query = '') => org.patch(`/v1/plugins/by-name/shared_ext${query}`, demand)],
    [
      'a new namespace',
      (org, name, query = '') =>
        org.post(`/v1/namespaces${query}`, {
          ...{ namespace_name: name, feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }] },
          ...demand,
        }),
    ],
  ];
