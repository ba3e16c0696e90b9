// A plugin with two versions, by its name.
import { expect } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, uploaded } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

export async function publishWith(org: Organization, version: string, message?: string): Promise<void> {
  const made = plugin({ version, files: { 'processors/core.py': `NUMBER = "${version}"\n` } });
  await confirm(org, await uploaded(org, made, made.zip), message === undefined ? undefined : { message });
}

/** Publishes 1.0.0 and 1.0.1 of hello_ext, neither with realtime.py. */
export async function two(): Promise<Organization & { byName: string }> {
  const org = await organization();
  await publishWith(org, '1.0.0', 'initial release');
  await publishWith(org, '1.0.1');
  return { ...org, byName: `${org.plugins}/by-name/hello_ext` };
}
