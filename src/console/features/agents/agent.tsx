// An agent plugin's versions: the registered checksum, the actual one, and failures.
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { verificationWords } from '../../../contract/features/agents/states.ts';
import { formatBytes } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact, PageHead } from '../../parts/page-head.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { AgentActions } from './agent-actions.tsx';
import { agentVersionsQuery } from './queries.ts';
import RegisterAgent from './register-agent.tsx';

const tones: Record<Schemas['AgentPlugin']['verification'], Tone> = {
  pending: 'busy',
  verified: 'good',
  mismatch: 'bad',
  unreachable: 'bad',
  unverifiable: 'warning',
};

function Verification({ plugin: { verification, yanked } }: { plugin: Schemas['AgentPlugin'] }) {
  return (
    <>
      <Status tone={tones[verification]}>{verificationWords[verification]}</Status>
      {yanked && ' · withdrawn'}
    </>
  );
}

type Agent = Schemas['AgentPlugin'];

export function AgentPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/agents/$name' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useSuspenseQuery(agentVersionsQuery(name));
  const path = `/api/v1/plugins/by-name/${encodeURIComponent(name)}`;
  return (
    <>
      <PageHead
        title={visible(data.name)}
        actions={key.scopes.includes('plugins:write') && <RegisterAgent namespace={namespace} name={data.name} />}
      >
        <span className="kind">Agent</span>
        <span className="quiet">
          {data.latest ? `latest ${visible(data.latest.version)}` : 'All versions are withdrawn.'}
        </span>
      </PageHead>
      <h2>Versions</h2>
      <ol className="timeline" aria-label="Versions, newest first">
        {data.versions.map((plugin) => (
          <AgentVersion key={plugin.id} plugin={plugin} />
        ))}
      </ol>
      <AsCommand path={path} />
    </>
  );
}

function AgentVersion({ plugin }: { plugin: Agent }) {
  const { artifactUrl, checksum, deprecation, description, mirrored, verificationDetails } = plugin;
  const labels = Object.entries(plugin.labels).map(([name, value]) => `${name}=${value}`);
  const { actualChecksum, attempts, checkedAt, message, nextCheckAt, sizeBytes } = verificationDetails;
  return (
    <li data-row tabIndex={-1}>
      <h3>
        {visible(plugin.version)} <Verification plugin={plugin} />
      </h3>
      {message !== null && <p className="problem">{visible(message)}</p>}
      {plugin.quarantined && (
        <p className="problem">
          Quarantined by the operator: {visible(plugin.quarantined.reason.replace(/\.$/, ''))}. To object:{' '}
          {visible(plugin.quarantined.objection)}
        </p>
      )}
      {plugin.yankReason !== null && <p>Withdrawn: {visible(plugin.yankReason)}</p>}
      {deprecation !== null && <p>Deprecated: {visible(deprecation)}</p>}
      {description !== null && <p>{visible(description)}</p>}
      <dl className="facts">
        {labels.length > 0 && <Fact name="Labels">{visible(labels.join(', '))}</Fact>}
        <Fact name="Registered">
          <Time at={plugin.registeredAt} />
        </Fact>
        <Fact name="Artifact">{visible(artifactUrl)}</Fact>
        <Fact name="Registered checksum">
          <Copyable text={checksum} />
        </Fact>
        <Fact name="Checksum of the fetched file">
          {actualChecksum === null ? 'none yet' : <Copyable text={actualChecksum} />}
        </Fact>
        <Fact name="Checked">
          {checkedAt === null ? 'not yet' : <Time at={checkedAt} />}, attempts: {attempts}
          {nextCheckAt !== null && (
            <>
              , again <Time at={nextCheckAt} />
            </>
          )}
        </Fact>
        <Fact name="Copy in Slipway">
          {mirrored ? 'yes' : 'no'}
          {sizeBytes !== null && `, ${formatBytes(sizeBytes)}`}
        </Fact>
      </dl>
      <AgentActions plugin={plugin} />
    </li>
  );
}
