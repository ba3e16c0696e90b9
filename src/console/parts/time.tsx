// A relative time, with the exact time in local time and UTC on hover and focus.
import { useSyncExternalStore } from 'react';

const units: [unit: string, seconds: number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];
const refreshMs = 15_000;

/** Returns `3 min ago`, `in 2 h` or `now`. */
function relativeTime(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['s', 1];
  const amount = `${Math.trunc(Math.abs(seconds) / size)} ${unit}`;
  if (seconds === 0) return 'now';
  return seconds < 0 ? `${amount} ago` : `in ${amount}`;
}

/** Rounded, so all times on a page change together. */
const currentTime = () => Math.floor(Date.now() / refreshMs) * refreshMs;

function subscribe(changed: () => void): () => void {
  const timer = setInterval(changed, refreshMs);
  return () => clearInterval(timer);
}

export function Time({ at }: { at: string }) {
  const now = useSyncExternalStore(subscribe, currentTime);
  const aheadMs = Date.parse(at) - now;
  // The current time is rounded down, so something that just happened seems to be in the future.
  const isJustNow = aheadMs > 0 && aheadMs < refreshMs;
  return (
    <time dateTime={at} title={`${new Date(at).toLocaleString()} · ${at}`}>
      {relativeTime(at, isJustNow ? Date.parse(at) : now)}
    </time>
  );
}

/** Shows the time of day below a heading with the date. */
export function ClockTime({ at }: { at: string }) {
  const text = new Date(at).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (
    <time dateTime={at} title={`${new Date(at).toLocaleString()} · ${at}`}>
      {text}
    </time>
  );
}
