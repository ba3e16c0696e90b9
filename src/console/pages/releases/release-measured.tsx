// Measurements of a release: curves, both versions in numbers, the evidence of its gates, and differing answers.
import { formatDuration, formatProgress, formatShare } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { candidatePercent, decisionMarks, releaseCurves } from '../../data/releases/release-text.ts';
import { Chart } from '../../parts/charts/chart.tsx';
import { errorShare } from '../../parts/figures.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';

type InFull = Schemas['ReleaseInFull'];
type Measured = NonNullable<InFull['measured']>;

interface Props {
  release: InFull;
  measured: Measured;
}

export function ReleaseCharts({ release: { decisions, from, to }, measured }: Props) {
  if (measured.series.length === 0) return null;
  const { errors, p95, times } = releaseCurves(measured.series);
  const marks = decisionMarks(decisions, times[0] ?? 0);
  const lines = (of: typeof errors) => [
    { name: `${visible(from.version)} (stable)`, color: 1 as const, values: of.stable },
    { name: `${visible(to.version)} (candidate)`, color: 2 as const, values: of.candidate },
  ];
  return (
    <div className="pair">
      <div className="panel">
        <Chart
          title="Errors"
          times={times}
          marks={marks}
          format={(percent) => formatShare(percent, 100)}
          series={lines(errors)}
        />
      </div>
      <div className="panel">
        <Chart title="Latency, p95" times={times} marks={marks} format={formatDuration} series={lines(p95)} />
      </div>
    </div>
  );
}

interface Side {
  name: string;
  version: string;
  percent: number;
  counts: Measured['stable'];
  compared: Measured['compared'] | null;
}

const ms = (value: number | null) => (value === null ? '–' : formatDuration(value));

const sideColumns: Column<Side>[] = [
  {
    id: 'version',
    title: 'Version',
    kind: 'varies',
    cell: ({ name, version }) => (
      <>
        <code>{visible(version)}</code> <span className="quiet">{name}</span>
      </>
    ),
  },
  { id: 'share', title: 'Share', kind: 'figure', cell: ({ percent }) => `${percent}%` },
  { id: 'calls', title: 'Calls', kind: 'figure', cell: ({ counts }) => counts.calls.toLocaleString('en') },
  { id: 'errors', title: 'Errors', kind: 'figure', cell: ({ counts }) => errorShare(counts) },
  {
    id: 'crashes',
    title: 'Crashes',
    kind: 'figure',
    hidden: 'below-900',
    cell: ({ counts }) => counts.crashes.toLocaleString('en'),
  },
  { id: 'p50', title: 'p50', kind: 'figure', hidden: 'below-600', cell: ({ counts }) => ms(counts.p50_ms) },
  { id: 'p95', title: 'p95', kind: 'figure', hidden: 'below-600', cell: ({ counts }) => ms(counts.p95_ms) },
  {
    id: 'compared',
    title: 'Differing answers',
    kind: 'figure',
    hidden: 'below-900',
    cell: ({ compared }) =>
      compared === null
        ? '–'
        : `${compared.differing.toLocaleString('en')} of ${compared.answers.toLocaleString('en')}`,
  },
];

export function ReleasedVersions({ release, measured: { candidate, compared, stable } }: Props) {
  const percent = candidatePercent(release);
  const rest = Math.round(100 * (100 - percent)) / 100;
  const sides: Side[] = [
    { name: 'stable', version: release.from.version, percent: rest, counts: stable, compared: null },
    { name: 'candidate', version: release.to.version, percent, counts: candidate, compared },
  ];
  return <Table caption="Both versions" columns={sideColumns} rows={sides} keyOf={({ name }) => name} />;
}

const gateNames: Record<Measured['gates'][number]['gate'], string> = {
  error_rate: 'Errors',
  p95_ratio: 'Latency, p95',
  crashes: 'Crashes',
  answer_diff: 'Differing answers',
};

/** The evidence on a logarithmic scale, at whose end a gate reverts. */
export function ReleaseGates({ measured: { gates } }: { measured: Measured }) {
  if (gates.length === 0) return null;
  return (
    <section aria-labelledby="gates">
      <h2 id="gates">Gates</h2>
      <p className="quiet">Evidence against the candidate. A full bar reverts the release.</p>
      <ul className="quotas gates">
        {gates.map(({ evidence, gate }) => (
          <li key={gate}>
            <h3 id={`gate-${gate}`}>{gateNames[gate]}</h3>
            <div className="bar">
              <meter
                min={0}
                max={1}
                value={evidence}
                aria-labelledby={`gate-${gate}`}
                className={evidence >= 1 ? 'bad' : evidence >= 0.5 ? 'warning' : 'good'}
              />
              <p>{evidenceText(evidence)}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function evidenceText(evidence: number): string {
  if (evidence >= 1) return 'Enough to revert';
  if (evidence === 0) return 'None';
  return evidence < 0.01 ? 'Less than 1%' : `${formatProgress(evidence, 1)} of what reverts`;
}

type Path = Measured['compared']['paths'][number];

const pathColumns: Column<Path>[] = [
  { id: 'path', title: 'Path', cell: ({ path }) => <code>{visible(path)}</code> },
  { id: 'what', title: 'What differs', kind: 'varies', cell: ({ what }) => visible(what) },
  {
    id: 'count',
    title: 'Answers',
    kind: 'figure',
    hidden: 'below-600',
    cell: ({ count }) => count.toLocaleString('en'),
  },
  {
    id: 'varies',
    title: 'Counted',
    cell: ({ varies }) => (varies ? 'no, varies by itself' : 'yes'),
  },
];

export function DifferingPaths({ measured: { compared } }: { measured: Measured }) {
  if (compared.paths.length === 0) return null;
  return (
    <section aria-labelledby="differing">
      <h2 id="differing">Where answers differ</h2>
      <Table
        caption="Differing paths, most frequent first"
        columns={pathColumns}
        rows={compared.paths}
        keyOf={({ path, what }) => `${path} ${what}`}
      />
    </section>
  );
}
