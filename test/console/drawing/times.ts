// Moves the times of the server's answers to the day of the pictures: the scene was made within a minute, and a day has more to show.

export const drawnAt = '2026-03-05T10:30:00Z';
const drawnMs = Date.parse(drawnAt);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const minuteMs = 60_000;
/** Before the first upload. Some minutes more than whole hours ago, of which texts leave out the rest. */
const beginningMs = drawnMs - 22 * hourMs - 5 * minuteMs;
const uploadsApartMs = 3 * hourMs;
const momentsApartMs = 1300;

const timePattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/**
 * Returns the answer with its times some hours apart where an upload began in between, else a little apart, in their order. Those of the
 * traffic are of that day already. `uploads` are the times at which uploads began, oldest first.
 */
export function withFixedTimes(answer: string, uploads: readonly string[]): string {
  const isFixed = (time: string) => Math.abs(Date.parse(time) - drawnMs) < 7 * dayMs;
  const times = [...new Set(answer.match(timePattern))].filter((time) => !isFixed(time)).sort();
  const beside = Map.groupBy(times, (time) => uploads.filter((began) => Date.parse(began) <= Date.parse(time)).length);
  const fixed = new Map(
    [...beside].flatMap(([before, moments]) =>
      moments.map((time, place) => {
        const ms = beginningMs + before * uploadsApartMs + place * momentsApartMs;
        return [time, new Date(ms).toISOString()] as const;
      }),
    ),
  );
  return answer.replaceAll(timePattern, (time) => fixed.get(time) ?? time);
}
