// A live version that advisories affect.
import { eventsOf } from '../support/events.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { know } from '../support/scenes/advisories.ts';
import { type LosingScene, losingScene } from '../support/scenes/losing-scene.ts';

export const version = 'hello_ext@1.0.0';

export async function published(isLive = true): Promise<LosingScene> {
  const s = await losingScene();
  await publish(s.org, plugin());
  if (isLive) await s.org.post(`${s.org.plugins}/hello_ext_1_0_0/deploy`, { deployment_type: 'batch_only' });
  return s;
}

let number = 0;

export async function newAdvisory(severity: 'low' | 'critical' = 'low', isWithdrawn = false): Promise<string> {
  const id = `GHSA-announced-${String(number++).padStart(4, '0')}`;
  await know({ id, severity, withdrawn: isWithdrawn });
  return id;
}

export async function announced({ org }: LosingScene) {
  return (await eventsOf(org)).filter(({ type }) => type === 'version.affected');
}
