// Confirms uploads with findings, and moves the clock to when waivers expire.
import { clockAt, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { type Plugin, plugin } from '../../../support/plugins/plugin.ts';
import { confirm, uploaded } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

export const hour = 3600 * 1000;

export const evil = (version = '1.0.0', name = 'hello_ext') =>
  plugin({
    name,
    version,
    files: { 'tables.py': 'rows = eval("[1]")\nmore = eval("[2]")\n', 'shapes.py': 'import pickle\n' },
  });

export async function confirmed(org: Organization, made: Plugin) {
  const upload = await uploaded(org, made, made.zip);
  return { upload, ...(await confirm(org, upload)) };
}

export async function clocked() {
  const clock = clockAt(Date.now());
  const app = testApp({ clock, queues: losingQueues().queues });
  return { clock, deps: app.deps, org: await organization({ fetch: app.fetch }) };
}

export const eventsOfType = async (org: Organization, type: string) =>
  (await eventsOf(org)).filter((event) => event.type === type);
