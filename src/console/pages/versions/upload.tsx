// One upload: what became of it, and if it was rejected, by which findings.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { uploadQuery } from '../../data/queries.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact } from '../../parts/fact.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { FindingRow } from './finding.tsx';

type Upload = Schemas['PluginUploadInFull'];

const toneOfUpload: Record<Upload['status'], Tone> = {
  open: 'quiet',
  confirming: 'busy',
  accepted: 'good',
  rejected: 'bad',
  expired: 'quiet',
};
const reasons: Record<NonNullable<Upload['rejected_because']>, string> = {
  content:
    'The scan found what its policy rejects. Fix the findings that are errors, then publish again; the same version number is free.',
  conflict: 'The version exists with other content. Publish with another version number.',
  attempts: 'Its scan failed again and again. Publish it again, or report the upload ID to the operator.',
};

export function UploadPage() {
  const { namespace, upload: id } = useParams({ from: '/signed-in/n/$namespace/uploads/$upload' });
  const { data } = useSuspenseQuery(uploadQuery(namespace, id));
  const { name, version, status, rejected_because, findings } = data;
  const errors = findings.filter(({ severity }) => severity === 'error');
  useTitle(`${name} ${version}: upload`);
  return (
    <>
      <h1>
        Upload of{' '}
        <Link to="/n/$namespace/plugins/$name" params={{ namespace, name }}>
          {name}
        </Link>{' '}
        {version}
      </h1>
      <p>
        <Status tone={toneOfUpload[status]}>{status}</Status>{' '}
        {status === 'accepted' && (
          <Link to="/n/$namespace/plugins/$name/versions/$version" params={{ namespace, name, version }}>
            {version} is published
          </Link>
        )}
      </p>
      {rejected_because !== null && <p className="problem">{reasons[rejected_because]}</p>}
      <dl className="facts">
        <Fact name="ID">
          <Copyable text={id} />
        </Fact>
        <Fact name="Uploaded">
          <Time at={data.created_at} /> by <Actor actor={data.created_by} />
        </Fact>
        <Fact name="Message">{data.message ?? 'none'}</Fact>
      </dl>
      <h2>Findings</h2>
      <p>{findings.length === 0 ? 'The scan found nothing.' : summaryOf(findings.length, errors.length)}</p>
      <ul className="findings">
        {findings.map((finding) => (
          <FindingRow key={`${finding.file}:${finding.line}:${finding.column}:${finding.rule}`} finding={finding} />
        ))}
      </ul>
      <AsCommand cli={`slipway uploads show ${id}`} path={`/v1/namespaces/${namespace}/plugins/uploads/${id}`} />
    </>
  );
}

function summaryOf(findings: number, errors: number): string {
  const rejecting = errors === 1 ? '1 of them rejects it' : `${errors} of them reject it`;
  return findings === 1 ? '1 finding' : `${findings} findings, ${rejecting}`;
}
