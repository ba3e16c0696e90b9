// A chart's numbers as a table, for screen readers.

export interface Series {
  name: string;
  /** 3 is for failures, and 4 for all that has no color. */
  color: 1 | 2 | 3 | 4;
  /** One value per time; null where there was nothing to measure. */
  values: readonly (number | null)[];
  isFilled?: boolean;
}

interface Props {
  title: string;
  times: readonly number[];
  series: readonly Series[];
  format: (value: number) => string;
}

export function Numbers({ title, times, series, format }: Props) {
  return (
    <div className="unseen">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {['Time (UTC)', ...series.map(({ name }) => name)].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, index) => (
            <tr key={time}>
              <th scope="row">{new Date(time).toISOString().slice(0, 16).replace('T', ' ')}</th>
              {series.map(({ name, values }) => (
                <td key={name}>{reading(values[index], format)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Returns a value as text; a dash where there was nothing to measure. */
export function reading(value: number | null | undefined, format: (value: number) => string): string {
  return typeof value === 'number' ? format(value) : '–';
}
