// Renders a plugin's use by the day.
import { z } from '@hono/zod-openapi';
import { traffic } from '../../contract/limits/traffic.ts';
import { dayText } from '../../contract/traffic.ts';
import { iso } from '../../core/clock.ts';
import type { NamespaceId } from '../../core/ids.ts';
import type { PluginCounts } from '../../traffic/plugin-uses.ts';

export const countsModel = z
  .object({
    name: z.string(),
    namespace_id: z.string(),
    days: z
      .array(
        z.object({
          date: z.iso.date().openapi({ example: '2026-03-05' }),
          calls: z.int(),
          callers: z.int().openapi({ description: 'Keys that called it that day', example: 12 }),
          downloads: z.int().openapi({ description: 'Sources, archives and executables that were read', example: 3 }),
        }),
      )
      .openapi({ description: 'Oldest first, one for each day' }),
    total: z.object({ calls: z.int(), downloads: z.int().openapi({ example: 41 }) }).openapi({
      description: 'Of these days. A caller may be in several of them, so their numbers add up to nothing',
    }),
    callers_30d: z
      .int()
      .openapi({ description: `Keys that called it in the last 30 days, up to ${traffic.callersRead}`, example: 30 }),
    last_called_at: z.iso.datetime().nullable().openapi({ example: '2026-03-05T09:00:00.000Z' }),
    namespaces: z
      .int()
      .openapi({ description: 'Namespaces that own it or have enabled it, among those that the key can see' }),
  })
  .openapi('PluginCounts');

export function countsWire(
  { name, namespaceId }: { name: string; namespaceId: NamespaceId },
  { calledAt, callers, days, namespaces }: PluginCounts,
): z.infer<typeof countsModel> {
  const sumOf = (column: 'calls' | 'downloads') => days.reduce((sum, day) => sum + day[column], 0);
  return {
    name,
    namespace_id: namespaceId,
    days: days.map(({ calls, callers, day, downloads }) => ({ date: dayText(day), calls, callers, downloads })),
    total: { calls: sumOf('calls'), downloads: sumOf('downloads') },
    callers_30d: callers,
    last_called_at: calledAt === null ? null : iso(calledAt),
    namespaces,
  };
}
