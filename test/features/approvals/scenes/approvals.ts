// Versions that wait for approval, and the events about them.
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { firstId, stage } from '../../../support/scenes/staged.ts';

export const id = firstId;

export const next = 'hello_ext_1_1_0';

export async function typesOf(org: Organization): Promise<string[]> {
  return (await eventsOf(org)).map(({ type }) => type);
}

export const waits =
  'hello_ext 1.1.0 waits for approval. Another person approves it with `slipway approve hello_ext@1.1.0` or in the console.';

export async function staged(): Promise<Organization> {
  const org = await organization();
  await publish(org, plugin());
  await stage(org, { version: '1.1.0' }, { stage: true });
  return org;
}
