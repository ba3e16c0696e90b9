// Formats metrics as OpenMetrics 1.0 or the older text format, which differ in counter names, the end marker and the media type.

export interface Sample {
  /** Appended to the name, such as `_bucket`. */
  suffix?: string;
  labels?: Record<string, string>;
  value: number;
}

/** All metrics with one name. A counter's name has no `_total` here. */
export interface Family {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  samples: Sample[];
}

export function gauge(name: string, help: string, samples: Sample[]): Family {
  return { name, type: 'gauge', help, samples };
}

export const metricFormats = {
  openMetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
} as const;
export type MetricFormat = keyof typeof metricFormats;

/** Returns the format that a scraper's `Accept` header asks for. */
export function formatFor(accept: string | undefined): MetricFormat {
  return accept?.includes('application/openmetrics-text') ? 'openMetrics' : 'text';
}

/** Omits families without samples. */
export function exposition(families: readonly Family[], format: MetricFormat): string {
  const lines = families.filter(({ samples }) => samples.length > 0).flatMap((family) => linesOf(family, format));
  return [...lines, ...(format === 'openMetrics' ? ['# EOF'] : []), ''].join('\n');
}

function linesOf({ name, type, help, samples }: Family, format: MetricFormat): string[] {
  const total = type === 'counter' ? '_total' : '';
  const named = format === 'openMetrics' ? name : `${name}${total}`;
  const values = samples.map(
    ({ labels, suffix, value }) => `${name}${suffix ?? total}${labelsOf(labels)} ${numberOf(value)}`,
  );
  return [`# HELP ${named} ${help}`, `# TYPE ${named} ${type}`, ...values];
}

/** An empty label means the same as none. */
function labelsOf(labels: Record<string, string> = {}): string {
  const given = Object.entries(labels).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `{${given.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberOf(value: number): string {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : String(value);
}
