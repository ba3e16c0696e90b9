// Bars without axes for a table cell: shows a trend next to its numbers.

interface Props {
  values: readonly number[];
  isFailing?: boolean;
}

const width = 96;
const height = 20;

/** Uses one path for all bars, since a page has a hundred rows. */
export function Sparkline({ values, isFailing = false }: Props) {
  const highest = Math.max(1, ...values);
  const step = width / Math.max(1, values.length);
  const isNothing = values.every((value) => value === 0);
  const bars = values.map((value, index) => {
    const top = isNothing ? 1 : Math.max(1, (value / highest) * height);
    return `M${((index + 0.5) * step).toFixed(1)} ${height}v-${top.toFixed(1)}`;
  });
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      <path d={bars.join('')} className={isNothing ? 'nothing' : isFailing ? 'failing' : undefined} />
    </svg>
  );
}
