// Moves the times in the server's responses to the day of the pictures. The scene was built within a minute, but pages show more if its
// events are spread over a day.

export const drawnAt = '2026-03-05T10:30:00Z';
const drawnMs = Date.parse(drawnAt);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const minuteMs = 60_000;
/** Before the first upload. Texts round down, so this is a few minutes past a whole number of hours. */
const beginningMs = drawnMs - 22 * hourMs - 5 * minuteMs;
const uploadsApartMs = 3 * hourMs;
const momentsApartMs = 1300;

const timePattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/**
 * Returns the response with its times in order: hours apart if an upload started in between, otherwise slightly apart. Traffic times
 * are already on that day. `uploads` are the times at which uploads started, oldest first.
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
