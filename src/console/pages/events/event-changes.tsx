// The data of an event: what was before and after, and the rest by name. Values are text.
import { Fact } from '../../parts/fact.tsx';
import { visible } from '../../parts/visible-text.ts';

export function EventChanges({ data }: { data: Record<string, unknown> }) {
  const { from, away_from, to, ...rest } = data;
  const before = from ?? away_from;
  const entries = Object.entries(rest);
  if (Object.keys(data).length === 0) return <p className="quiet">The event has no data.</p>;
  return (
    <dl className="facts">
      {to !== undefined && (
        <Fact name="Before and after">
          <del>{textOf(before)}</del> to <ins>{textOf(to)}</ins>
        </Fact>
      )}
      {to === undefined && before !== undefined && <Fact name="Before">{textOf(before)}</Fact>}
      {entries.map(([name, value]) => (
        <Fact key={name} name={name.replaceAll('_', ' ')}>
          {textOf(value)}
        </Fact>
      ))}
    </dl>
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return visible(JSON.stringify(value));
}
