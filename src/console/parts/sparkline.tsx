// A line without axes, for a cell of a table: how something went, of which the numbers are beside it.

interface Props {
  values: readonly number[];
}

const width = 72;
const height = 18;

export function Sparkline({ values }: Props) {
  const highest = Math.max(1, ...values);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map(
    (value, index) => `${(index * step).toFixed(1)},${(height - (value / highest) * height).toFixed(1)}`,
  );
  return (
    <svg className="sparkline" viewBox={`0 -1 ${width} ${height + 2}`} width={width} height={height} aria-hidden="true">
      <polyline points={points.join(' ')} className={values.some((value) => value > 0) ? undefined : 'nothing'} />
    </svg>
  );
}
