// The versions of an agent plugin: the registered checksum, the one that was found, and what failed.
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, type Schemas } from '../../data/api.ts';
import { agentVersionsQuery } from '../../data/other-kinds.ts';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { Fact } from '../../parts/fact.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Verification } from './verification.tsx';

type Agent = Schemas['AgentPlugin'];

export function AgentPage() {
  const { name } = useParams({ from: '/signed-in/n/$namespace/agents/$name' });
  const { data } = useSuspenseQuery(agentVersionsQuery(name));
  const path = `/api/v1/plugins/by-name/${encodeURIComponent(name)}`;
  return (
    <>
      <PageHead title={visible(data.name)}>
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
      <AsCommand cli={`curl ${location.origin}${path}`} path={path} />
    </>
  );
}

function AgentVersion({ plugin }: { plugin: Agent }) {
  const { artifactUrl, checksum, deprecation, mirrored, verificationDetails } = plugin;
  const { actualChecksum, attempts, checkedAt, message, nextCheckAt, sizeBytes } = verificationDetails;
  return (
    <li data-row tabIndex={-1}>
      <h3>
        {visible(plugin.version)} <Verification plugin={plugin} />
      </h3>
      {message !== null && <p className="problem">{visible(message)}</p>}
      {deprecation !== null && <p>Deprecated: {visible(deprecation)}</p>}
      <dl className="facts">
        <Fact name="Registered">
          <Time at={plugin.registeredAt} />
        </Fact>
        <Fact name="Artifact">{visible(artifactUrl)}</Fact>
        <Fact name="Registered checksum">
          <Copyable text={checksum} />
        </Fact>
        <Fact name="Checksum of what was fetched">
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
          {sizeBytes !== null && `, ${sizeBytes.toLocaleString('en')} bytes`}
        </Fact>
      </dl>
      <Verify plugin={plugin} />
    </li>
  );
}

function Verify({ plugin: { id } }: { plugin: Agent }) {
  const queries = useQueryClient();
  const verify = useMutation({
    mutationFn: () => api.post('/api/v1/plugins/{id}/verify', { path: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['agents'] }),
  });
  return (
    <>
      <p className="actions">
        <button type="button" disabled={verify.isPending} onClick={() => verify.mutate()}>
          {verify.isPending ? 'Verifying…' : 'Verify again'}
        </button>
      </p>
      {verify.error && <PageError error={verify.error} />}
    </>
  );
}
