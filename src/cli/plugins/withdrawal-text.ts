// Formats how a version is taken back.
import type { components } from '../../client/api.gen.d.ts';
import { formatTime } from '../terminal/duration.ts';
import { printable } from '../terminal/terminal-text.ts';

type Schemas = components['schemas'];

interface Withdrawn {
  yanked: Schemas['Withdrawal'] | null;
  deprecated: Schemas['Withdrawal'] | null;
  quarantined?: Schemas['Quarantine'] | null;
}

/** Returns what to add to a version's state: `, yanked`. */
export function withdrawnSuffix({ deprecated, quarantined, yanked }: Withdrawn): string {
  if (quarantined) return ', quarantined';
  return yanked ? ', yanked' : deprecated ? ', deprecated' : '';
}

/** Returns rows with the reasons, for a table about one version. */
export function withdrawalRows({ deprecated, quarantined, yanked }: Withdrawn): string[][] {
  const given = { yanked, deprecated };
  const rows = Object.entries(given).flatMap(([word, one]) =>
    one ? [[word, `${printable(one.reason)} (${formatTime(one.at)})`]] : [],
  );
  if (!quarantined) return rows;
  const { at, objection, reason } = quarantined;
  return [...rows, ['quarantined', `${printable(reason)} (${formatTime(at)})`], ['to object', printable(objection)]];
}

/** Returns warnings for someone who uses the version. */
export function withdrawalWarnings(name: string, withdrawn: Withdrawn): string[] {
  return withdrawalRows(withdrawn).map(([word, reason]) => `! ${name}: ${word}: ${reason}`);
}
