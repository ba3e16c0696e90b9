// A scan finding: what and where, the source lines if readable, why, and what to write instead.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { explanationQuery } from '../../data/explanation-query.ts';
import { Severity } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';
import { added } from '../../points.ts';

for (const { load } of added('findingParts')) load();

/** Findings of a rejected upload carry their own lines. */
type Finding = Schemas['Finding'] & { excerpt?: Schemas['UploadFinding']['excerpt'] };

interface Props {
  finding: Finding;
  /** The plugin that a waiver would apply to. If undefined, none is offered. */
  plugin?: string | undefined;
  /** The version whose source can be opened. */
  of?: { namespace: string; name: string; version: string } | undefined;
  /** The file's text, from which the lines around the finding are shown. Undefined where the page already shows them. */
  source?: string | undefined;
}

function FindingCard({ finding, of, plugin, source }: Props) {
  const { file, line, message, rule, severity } = finding;
  const excerpt = source === undefined ? finding.excerpt : excerptOf(source, line);
  return (
    <li className={`finding ${severity}`} data-stop tabIndex={-1}>
      <header>
        <Severity severity={severity} />
        <strong>{rule}</strong>
        <span>{visible(message)}</span>
        <span className="place-of">
          <Place file={file} line={line} of={of} />
        </span>
      </header>
      {excerpt && <Lines excerpt={excerpt} line={line} />}
      <Explained rule={rule} />
      <Trail finding={finding} of={of} />
      {added('findingParts').map(({ Part, name }) => (
        <Part key={name} finding={finding} plugin={plugin} />
      ))}
    </li>
  );
}

const linesAround = 2;
const lineLengthMax = 200;

interface Excerpt {
  first_line: number;
  lines: string[];
}

/** Shows the finding's line with its surrounding lines. */
function Lines({ excerpt: { first_line, lines }, line }: { excerpt: Excerpt; line: number }) {
  return (
    <pre className="excerpt">
      {lines
        .map((text, index) => ({ number: first_line + index, text }))
        .map(({ number, text }) => (
          <div key={number} className={number === line ? 'hit' : undefined}>
            <span className="line-number">{number}</span>
            {visible(text)}
          </div>
        ))}
    </pre>
  );
}

function excerptOf(source: string, line: number): Excerpt {
  const first_line = Math.max(1, line - linesAround);
  const lines = source.split('\n').slice(first_line - 1, line + linesAround);
  return { first_line, lines: lines.map((text) => text.slice(0, lineLengthMax)) };
}

function Explained({ rule }: { rule: string }) {
  const { data } = useQuery(explanationQuery(rule));
  if (!data) return null;
  return (
    <p>
      <b>Why.</b> {data.why} {data.fix !== undefined && <b>Instead.</b>} {data.fix}
    </p>
  );
}

function Trail({ finding: { trail, trail_message }, of }: Pick<Props, 'finding' | 'of'>) {
  if (trail.length === 0) return trail_message === null ? null : <p className="quiet">{visible(trail_message)}</p>;
  return (
    <>
      {trail_message !== null && <p className="quiet">{visible(trail_message)}</p>}
      <ol className="trail" aria-label="Name trail">
        {trail.map(({ bound_at_line, bound_in, module, name }) => (
          <li key={`${bound_in}:${bound_at_line}:${name}`}>
            <code>{visible(name)}</code> at <Place file={bound_in} line={bound_at_line} of={of} />
            {module !== null && ` from ${visible(module)}`}
          </li>
        ))}
      </ol>
    </>
  );
}

function Place({ file, line, of }: { file: string; line: number; of: Props['of'] }) {
  const place = visible(`${file}:${line}`);
  if (!of) return <code>{place}</code>;
  return (
    <Link
      to="/n/$namespace/plugins/$name/versions/$version/source"
      params={of}
      search={{ file }}
      hash={`L${line}`}
      className="mono"
    >
      {place}
    </Link>
  );
}

interface FindingsProps {
  findings: readonly Finding[];
  plugin?: string;
  of?: Props['of'];
  /** Each file's text. */
  sources?: ReadonlyMap<string, string>;
}

/** Shows one card per finding. */
export function Findings({ findings, plugin, of, sources }: FindingsProps) {
  return (
    <ul className="findings">
      {findings.map((finding) => (
        <FindingCard
          key={`${finding.file}:${finding.line}:${finding.column}:${finding.rule}`}
          finding={finding}
          plugin={plugin}
          source={sources?.get(finding.file)}
          of={of}
        />
      ))}
    </ul>
  );
}
