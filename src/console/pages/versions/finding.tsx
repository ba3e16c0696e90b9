// A finding of the scan: where, what, how its name leads to what it means, and whether it is waived.
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { Severity } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';

interface Props {
  finding: Schemas['Finding'];
  /** The version in whose source the steps of its path can be opened. */
  of?: { namespace: string; name: string; version: string };
}

export function FindingRow({ finding, of }: Props) {
  return (
    <li className={`finding ${finding.severity}`} data-stop tabIndex={-1}>
      <p>
        <Severity severity={finding.severity} /> <strong>{finding.rule}</strong> {visible(finding.name)}
      </p>
      <p>
        <code>
          {visible(finding.file)}:{finding.line}
        </code>{' '}
        {visible(finding.message)}
      </p>
      {finding.trail_message && <p>{visible(finding.trail_message)}</p>}
      {finding.trail.length > 0 && (
        <ol className="trail" aria-label="Path of the name">
          {finding.trail.map((step) => (
            <li key={`${step.bound_in}:${step.bound_at_line}:${step.name}`}>
              <code>{visible(step.name)}</code> at <StepPlace step={step} of={of} />
              {step.module !== null && ` from ${visible(step.module)}`}
            </li>
          ))}
        </ol>
      )}
      {finding.waiver && <p className="quiet">Waived: {visible(finding.waiver.reason)}</p>}
      <p className="quiet">
        <code>slipway lint --explain {finding.rule}</code> says why, and what to write instead.
      </p>
    </li>
  );
}

function StepPlace({ step, of }: { step: Schemas['TrailStep']; of: Props['of'] }) {
  const place = `${step.bound_in}:${step.bound_at_line}`;
  if (!of) return <code>{visible(place)}</code>;
  return (
    <Link
      to="/n/$namespace/plugins/$name/versions/$version/source"
      params={of}
      search={{ file: step.bound_in }}
      hash={`L${step.bound_at_line}`}
    >
      {visible(place)}
    </Link>
  );
}
