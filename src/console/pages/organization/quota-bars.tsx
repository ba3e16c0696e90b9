// Quotas as bars: how much is used, what happens when all of it is, and how to free some.
import {
  type ByteHolder,
  byteHolders,
  holderTable,
  type QuotaResource,
  quotaResources,
  quotaTable,
} from '../../../contract/limits/quotas.ts';
import type { Schemas } from '../../data/api.ts';
import { Status, type Tone } from '../../parts/status.tsx';

type Quotas = Schemas['Quotas'];

const warnPercent = 80;

interface Props {
  quotas: Quotas;
  /** Shows only as many, the fullest ones, and not what to do about them. */
  shownMax?: number;
}

export function QuotaBars({ quotas, shownMax }: Props) {
  const percent = (resource: QuotaResource) => percentOf(quotas[resource]);
  const fullest = quotaResources.toSorted((a, b) => percent(b) - percent(a)).slice(0, shownMax);
  return (
    <ul className="quotas">
      {(shownMax === undefined ? quotaResources : fullest).map((resource) => (
        <Quota key={resource} resource={resource} usage={quotas[resource]} isShort={shownMax !== undefined} />
      ))}
    </ul>
  );
}

interface QuotaProps {
  resource: QuotaResource;
  usage: Quotas[QuotaResource];
  isShort: boolean;
}

function Quota({ resource, usage, isShort }: QuotaProps) {
  const { used, max_allowed } = usage;
  const { isBytes, remedy, what, whenFull } = quotaTable[resource];
  const percent = percentOf(usage);
  const tone = percent === 100 ? 'bad' : percent >= warnPercent ? 'warning' : 'good';
  const show = isBytes ? bytes : (amount: number) => amount.toLocaleString('en');
  const id = `quota-${resource}`;
  const held = 'held_by' in usage ? holdersIn(usage.held_by) : undefined;
  return (
    <li>
      <h3 id={id}>
        {what.charAt(0).toUpperCase() + what.slice(1)}
        {resource === 'plugins_per_namespace' && ' in the fullest namespace'}
      </h3>
      <meter min={0} max={Math.max(1, max_allowed)} value={used} aria-labelledby={id} className={tone} />
      <p>
        {tone !== 'good' && <Status tone={tone}>{stateOf(tone)}</Status>} {show(used)} of {show(max_allowed)}{' '}
        <span className="quiet">{percent} %</span>
      </p>
      {!isShort && (
        <>
          {held && <Held held={held} />}
          <p className="quiet">At 100 %: {whenFull}.</p>
          <details open={percent === 100}>
            <summary>Free up space</summary>
            {held && held.length > 0 ? (
              held.map(({ holder }) => (
                <p key={holder}>
                  {holderTable[holder].what}: {holderTable[holder].remedy}.
                </p>
              ))
            ) : (
              <p>{remedy}.</p>
            )}
          </details>
        </>
      )}
    </li>
  );
}

interface HeldPart {
  holder: ByteHolder;
  amount: number;
}

/** Returns what holds stored bytes, the most first. */
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
          {holderTable[holder].what} <span className="quiet">{bytes(amount)}</span>
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

/** `850 B`, `1.5 MiB`. */
function bytes(amount: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = amount === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(amount) / 10));
  const value = amount / 2 ** (10 * power);
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
