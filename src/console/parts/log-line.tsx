// A line that an instance printed: time (UTC), source, text.
import { visible } from './visible-text.ts';

interface Props {
  at: string;
  line: string;
  stream: string;
  /** Number of an additional instance. */
  instance?: number;
}

export function LogLine({ at, instance, line, stream }: Props) {
  return (
    <div>
      <span className="quiet">
        {at.slice(11, 23)} {stream} {instance !== undefined && `#${instance} `}|
      </span>{' '}
      {visible(line)}
    </div>
  );
}
