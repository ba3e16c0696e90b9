// Keeps a stream's unread values within the instance's limits.
import type { StreamReader } from '../processes/plugin-call.ts';
import type { CallCount, CountedCall } from './call-count.ts';

/** Calls `onFirst` at the first value. Until then, a call's time limits apply to the stream. */
export function heldStream(
  reader: StreamReader,
  calls: CallCount,
  counted: CountedCall,
  onFirst: () => void,
): StreamReader {
  return {
    begin: () => reader.begin(),
    value: (json, taken) => {
      if (!counted.isLong) {
        calls.becomesLong(counted);
        onFirst();
      }
      calls.holdBytes(json.length);
      reader.value(json, () => {
        calls.releaseBytes(json.length);
        taken();
      });
    },
  };
}
