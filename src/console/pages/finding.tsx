// A finding of the scan: where, what, and whether it is waived.
import type { Schemas } from '../data/api.ts';
import { Severity } from '../parts/status.tsx';

export function FindingRow({ finding }: { finding: Schemas['Finding'] }) {
  return (
    <li className={`finding ${finding.severity}`} data-stop tabIndex={-1}>
      <p>
        <Severity severity={finding.severity} /> <strong>{finding.rule}</strong> {finding.name}
      </p>
      <p>
        <code>
          {finding.file}:{finding.line}
        </code>{' '}
        {finding.message}
      </p>
      {finding.trail_message && <p>{finding.trail_message}</p>}
      {finding.waiver && <p className="quiet">Waived: {finding.waiver.reason}</p>}
      <p className="quiet">
        <code>slipway lint --explain {finding.rule}</code> says why, and what to write instead.
      </p>
    </li>
  );
}
