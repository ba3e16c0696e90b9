// Keeps the values of a stream that its reader has not taken within the limits of the instance.
import type { StreamReader } from '../processes/plugin-call.ts';
import type { CallCount, CountedCall } from './call-count.ts';

/** `onFirst` is called at the first value: until then a stream has the time limits of a call. */
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
