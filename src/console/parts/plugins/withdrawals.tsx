// Says how a version is taken back, and why.
import type { Schemas } from '../../data/api.ts';
import { Status } from '../status.tsx';
import { Time } from '../time.tsx';
import { visible } from '../visible-text.ts';

type Withdrawn = Pick<Schemas['PluginDocument'], 'deprecated' | 'quarantined' | 'yanked'>;

/** Shows the strongest of them beside the version's state. */
export function WithdrawalStatus({ deprecated, quarantined, yanked }: Withdrawn) {
  if (quarantined) return <Status tone="bad">quarantined</Status>;
  if (yanked) return <Status tone="warning">yanked</Status>;
  return deprecated && <Status tone="warning">deprecated</Status>;
}

/** Shows every reason. */
export function WithdrawalReasons({ deprecated, quarantined, yanked }: Withdrawn) {
  return (
    <>
      {quarantined && (
        <p className="problem">
          Quarantined by the operator <Time at={quarantined.at} />: {visible(quarantined.reason.replace(/\.$/, ''))}. It
          can't be deployed or downloaded. To object: {visible(quarantined.objection)}
        </p>
      )}
      {yanked && (
        <p>
          Yanked <Time at={yanked.at} />: {visible(yanked.reason)}
        </p>
      )}
      {deprecated && (
        <p>
          Deprecated <Time at={deprecated.at} />: {visible(deprecated.reason)}
        </p>
      )}
    </>
  );
}
