// A line that an instance printed: when (UTC), where, what.
import { visible } from './visible-text.ts';

export function LogLine({ at, line, stream }: { at: string; line: string; stream: string }) {
  return (
    <div>
      <span className="quiet">
        {at.slice(11, 23)} {stream} |
      </span>{' '}
      {visible(line)}
    </div>
  );
}
