// Quotas as bars: current usage, what happens at the limit, and how to use less.
import {
  type ByteHolder,
  byteHolders,
  holderTable,
  type QuotaResource,
  quotaResources,
  quotaTable,
} from '../../../contract/limits/quotas.ts';
import { formatBinaryBytes } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { capitalized, Status, type Tone } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';

type Quotas = Schemas['Quotas'];

/** Quotas and budgets are nearly full from here on; a budget also sends an event then. */
const warnPercent = 80;

/** Returns how a share of a quota or budget is shown. */
export function fullnessTone(percent: number): 'bad' | 'good' | 'warning' {
  if (percent >= 100) return 'bad';
  return percent >= warnPercent ? 'warning' : 'good';
}

/** Sorts quotas, the fullest first. */
function byFullness(quotas: Quotas): QuotaResource[] {
  return quotaResources.toSorted((a, b) => percentOf(quotas[b]) - percentOf(quotas[a]));
}

/** Shows the fullest quotas as cards, without advice. */
export function FullestQuotas({ quotas, shownMax }: { quotas: Quotas; shownMax: number }) {
  return (
    <ul className="quotas">
      {byFullness(quotas)
        .slice(0, shownMax)
        .map((resource) => (
          <li key={resource}>
            <h3 id={`quota-${resource}`}>{titleOf(resource)}</h3>
            <QuotaBar resource={resource} usage={quotas[resource]} />
          </li>
        ))}
    </ul>
  );
}

/** Shows all quotas, with what happens at the limit and how to use less. */
export function QuotaTable({ quotas }: { quotas: Quotas }) {
  const columns: Column<QuotaResource>[] = [
    {
      id: 'quota',
      title: 'Quota',
      kind: 'varies',
      cell: (resource) => (
        <>
          <span id={`quota-${resource}`}>{titleOf(resource)}</span>
          <WhenFull resource={resource} usage={quotas[resource]} />
        </>
      ),
    },
    { id: 'used', title: 'Used', cell: (resource) => <QuotaBar resource={resource} usage={quotas[resource]} /> },
  ];
  return (
    <Table caption="Quotas, fullest first" columns={columns} rows={byFullness(quotas)} keyOf={(resource) => resource} />
  );
}

function titleOf(resource: QuotaResource): string {
  return `${capitalized(quotaTable[resource].what)}${resource === 'plugins_per_namespace' ? ' in the fullest namespace' : ''}`;
}

interface QuotaProps {
  resource: QuotaResource;
  usage: Quotas[QuotaResource];
}

export function QuotaBar({ resource, usage }: QuotaProps) {
  const { used, max_allowed } = usage;
  const percent = percentOf(usage);
  const tone = fullnessTone(percent);
  const show = quotaTable[resource].isBytes ? formatBinaryBytes : (amount: number) => amount.toLocaleString('en');
  return (
    <div className="bar">
      <meter
        min={0}
        max={Math.max(1, max_allowed)}
        value={used}
        aria-labelledby={`quota-${resource}`}
        className={tone}
      />
      <p>
        {tone !== 'good' && <Status tone={tone}>{stateOf(tone)}</Status>} {show(used)} of {show(max_allowed)}{' '}
        <span className="quiet">{percent}% of the quota</span>
      </p>
    </div>
  );
}

function WhenFull({ resource, usage }: QuotaProps) {
  const { isBytes, remedy, whenFull } = quotaTable[resource];
  const held = 'held_by' in usage ? holdersIn(usage.held_by) : [];
  return (
    <div className="when-full">
      At 100%: {whenFull}.{held.length > 0 && <Held held={held} />}
      <details open={percentOf(usage) === 100}>
        <summary>{isBytes ? 'Free up space' : 'Free some'}</summary>
        {held.length > 0 ? (
          held.map(({ holder }) => (
            <p key={holder}>
              {holderTable[holder].what}: {holderTable[holder].remedy}.
            </p>
          ))
        ) : (
          <p>{remedy}.</p>
        )}
      </details>
    </div>
  );
}

interface HeldPart {
  holder: ByteHolder;
  amount: number;
}

/** Returns what uses the stored bytes, largest first. */
function holdersIn(held: Quotas['stored_bytes']['held_by']): HeldPart[] {
  return byteHolders
    .map((holder) => ({ holder, amount: held[holder] }))
    .filter(({ amount }) => amount > 0)
    .sort((a, b) => b.amount - a.amount);
}

function Held({ held }: { held: HeldPart[] }) {
  return (
    <ul className="held">
      {held.map(({ amount, holder }) => (
        <li key={holder}>
          {holderTable[holder].what} <span className="quiet">{formatBinaryBytes(amount)}</span>
        </li>
      ))}
    </ul>
  );
}

function percentOf({ used, max_allowed }: Quotas[QuotaResource]): number {
  return max_allowed === 0 ? 100 : Math.min(100, Math.floor((100 * used) / max_allowed));
}

function stateOf(tone: Tone): string {
  return tone === 'bad' ? 'Full' : 'Nearly full';
}
