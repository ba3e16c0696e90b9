// Finds webhooks whose deliveries fail, and those that Slipway disabled because they did.
import { and, desc, eq, isNotNull, ne, or } from 'drizzle-orm';
import type { FoundNeed } from '../../contract/attention.ts';
import { needLimits } from '../../contract/limits/attention.ts';
import type { Deps } from '../../deps.ts';
import type { NeedSource, ViewerRead } from '../../points.ts';
import { visibleTo } from './endpoints.ts';
import { endpoints } from './tables.ts';

async function read({ db }: Pick<Deps, 'db'>, viewer: ViewerRead): Promise<FoundNeed[]> {
  const { disableReason, failingSince, id, status, updatedAt, url } = endpoints;
  const rows = await viewer.together(
    db
      .select({ id, url, status, failingSince, updatedAt })
      .from(endpoints)
      .where(
        and(
          visibleTo(viewer),
          or(
            and(eq(status, 'enabled'), isNotNull(failingSince)),
            and(eq(status, 'disabled'), ne(disableReason, 'request')),
          ),
        ),
      )
      .orderBy(desc(updatedAt))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => {
    const isDisabled = row.status === 'disabled';
    const { host } = new URL(row.url);
    return {
      key: row.id,
      severity: isDisabled ? 'bad' : 'warn',
      title: isDisabled
        ? `The webhook to ${host} was disabled: its receiver failed for days or is gone`
        : `The last deliveries to ${host} failed`,
      namespaceId: null,
      subject: row.id,
      since: (isDisabled ? null : row.failingSince) ?? row.updatedAt,
      action: {
        label: isDisabled ? 'Enable or delete it' : 'See its deliveries',
        page: `/webhooks/${row.id}`,
        command: isDisabled
          ? `slipway api POST /v1/webhooks/${row.id}/enable`
          : `slipway webhooks deliveries ${row.id} --status failed`,
      },
      fingerprint: `${row.status}.${row.failingSince ?? ''}`,
    };
  });
}

export const webhookNeeds: NeedSource<Deps> = { kind: 'webhook', scope: 'webhooks:admin', read };
