// One upload: its outcome and, if it was rejected, the findings.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { uploadStepWord, uploadWords } from '../../../contract/state-words.ts';
import { formatDuration } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { counted } from '../../data/counted.ts';
import { uploadQuery } from '../../data/queries.ts';
import { findingsMarkdown } from '../../data/source/findings-markdown.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand, Copyable, CopyButton } from '../../parts/copyable.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Findings } from './finding.tsx';

type Upload = Schemas['PluginUploadInFull'];

const tones: Record<Upload['status'], Tone> = {
  open: 'quiet',
  confirming: 'busy',
  accepted: 'good',
  rejected: 'bad',
  expired: 'quiet',
};

export function UploadPage() {
  const { namespace, upload: id } = useParams({ from: '/signed-in/n/$namespace/uploads/$upload' });
  const { data } = useSuspenseQuery(uploadQuery(namespace, id));
  const { name, version, status, findings } = data;
  const params = { namespace, name, version };
  return (
    <>
      <PageHead
        title={`${name} ${version}`}
        name={`Upload of ${name} ${version}`}
        actions={
          <>
            {findings.length > 0 && <CopyButton text={findingsMarkdown(data)} label="Copy as Markdown" />}
            <Link to="/n/$namespace/plugins/$name/versions" className="button" params={{ namespace, name }}>
              All versions of {name}
            </Link>
          </>
        }
      >
        <Status tone={tones[status]}>{uploadWords[status]}</Status>
        <span className="quiet">
          uploaded by <Actor actor={data.created_by} /> · <Time at={data.created_at} />
        </span>
      </PageHead>
      <p>
        {outcomeOf(data)}{' '}
        {status === 'accepted' && (
          <Link to="/n/$namespace/plugins/$name/versions/$version" params={params}>
            {version} is published
          </Link>
        )}
      </p>
      <Findings findings={findings} plugin={name} />
      <UploadSteps upload={data} />
      <dl className="facts">
        <Fact name="ID">
          <Copyable text={id} isShort />
        </Fact>
        {data.message !== null && <Fact name="Message">{visible(data.message)}</Fact>}
      </dl>
      <AsCommand cli={`slipway uploads show ${id}`} path={`/v1/namespaces/${namespace}/plugins/uploads/${id}`} />
    </>
  );
}

type Step = Upload['steps'][number];

const stepNames: Record<Step['step'], string> = { receive: 'Receive', scan: 'Scan', publish: 'Publish' };
const stepTones: Record<Step['state'], Tone> = {
  waiting: 'busy',
  in_progress: 'busy',
  done: 'good',
  failed: 'bad',
  not_reached: 'quiet',
};

function outcomeOfStep({ ended_at, started_at, state, step }: Step): string {
  const outcome = uploadStepWord(step, state);
  // The idle time before an upload expired is meaningless.
  if (started_at === null || ended_at === null || (step === 'receive' && state === 'failed')) return outcome;
  return `${outcome}, ${formatDuration(Date.parse(ended_at) - Date.parse(started_at))}`;
}

function UploadSteps({ upload: { steps } }: { upload: Upload }) {
  return (
    <section className="panel narrow" aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      <ol className="steps">
        {steps.map((step) => (
          <li key={step.step}>
            <h3>
              <Status tone={stepTones[step.state]}>{stepNames[step.step]}</Status>
              <span className="took">{outcomeOfStep(step)}</span>
            </h3>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Returns the decision and what it means for the version number. */
function outcomeOf({ findings, rejected_because, version }: Upload): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const others = findings.length - errors;
  const found = `${counted(errors, 'error')} ${errors === 1 ? 'blocks' : 'block'} this version${others === 0 ? '' : `; ${counted(others, 'other finding')} ${others === 1 ? 'does' : 'do'} not`}.`;
  switch (rejected_because) {
    case 'content':
      return `${found} Nothing was published; the number ${version} is still free.`;
    case 'conflict':
      return `${version} exists with different content. Publish with another version number.`;
    case 'attempts':
      return 'Its scan failed repeatedly. Publish it again, or report the ID to the operator.';
    default:
      return findings.length === 0 ? 'The scan found nothing.' : `${counted(findings.length, 'finding')}.`;
  }
}
