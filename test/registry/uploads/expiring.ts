// Uploads at the end of their time.
import { clockAt, testApp } from '../../support/deps.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

export const second = 1000;

export const hour = 3600 * second;

export async function clockedOrganization() {
  const clock = clockAt(Date.now());
  const app = testApp({ clock, queues: losingQueues().queues });
  return { clock, ...app, org: await organization({ fetch: app.fetch }) };
}

export const minute = { name: 'hello_ext', version: '1.0.0', presigned_url_expiration: 60 };
