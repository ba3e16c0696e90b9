// A version that waits for approval: what its approver needs to know, the differences, and the decision.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { formatCapability } from '../../../client/capability-text.ts';
import { authorIds } from '../../../contract/events/authors.ts';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { Changes } from '../../pages/diff/diff.tsx';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand, Copyable } from '../../parts/copyable.tsx';
import { AreaField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { Fact } from '../../parts/page-head.tsx';
import { Loading, PageError } from '../../parts/page-states.tsx';
import { Verdict } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { type Staged, stagedDiffQuery } from './queries.ts';

export function StagedVersion({ staged }: { staged: Staged }) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { name, version } = staged;
  const obstacle = obstacleTo(staged, key);
  return (
    <section>
      <div className="head">
        <h2>
          {name} {version}
        </h2>
        {obstacle === undefined && (
          <div className="actions">
            <Decision staged={staged} verb="approve" />
            <Decision staged={staged} verb="reject" />
          </div>
        )}
      </div>
      {obstacle !== undefined && <p className="quiet">{obstacle}</p>}
      <Facts staged={staged} />
      {staged.active_version === null ? <First staged={staged} /> : <Diff staged={staged} />}
      <AsCommand
        of="This version as a command"
        cli={slipway(['approve', `${name}@${version}`], { ...whose(staged), show: true })}
        path="/v1/approvals"
      />
    </section>
  );
}

function First({ staged: { description, name } }: { staged: Staged }) {
  return (
    <>
      <p>It would be the first version of {name}.</p>
      {description !== null && <p>Agents read: {visible(description)}</p>}
    </>
  );
}

/** Returns why the session may not decide about the version. */
function obstacleTo({ published_by }: Staged, { person, scopes }: Schemas['ApiKey']): string | undefined {
  if (!scopes.includes('versions:approve')) return 'Approving and rejecting need the scope versions:approve.';
  if (person === null) return 'Only people approve and reject versions. Sign in as a person, instead of with a key.';
  if (!authorIds(published_by).includes(person.person_id)) return undefined;
  const isAuthor = published_by.type === 'person' && published_by.id !== person.person_id;
  const published = published_by.type === 'person' ? 'published this version' : 'set up what published this version';
  const how = isAuthor ? 'are an author of these sources' : published;
  return `You ${how}, so another person has to approve or reject it.`;
}

function Facts({ staged }: { staged: Staged }) {
  const { capabilities, code_hash, dependencies, files_sha256, git, message, models, permissions, published_by } =
    staged;
  const { staged_until, waived_rules } = staged;
  const claims = Object.entries(published_by.claims ?? {}).map(([claim, value]) => `${claim} ${value}`);
  return (
    <dl className="facts">
      <Fact name="Published by">
        <Actor actor={published_by} />
      </Fact>
      {published_by.made_by && <Fact name="Behind it">{published_by.made_by.join(', ')}</Fact>}
      {claims.length > 0 && <Fact name="Claims">{visible(claims.join(' · '))}</Fact>}
      {git && (
        <Fact name="Source">{visible([git.repository, git.ref, git.commit, git.path].filter(Boolean).join(' '))}</Fact>
      )}
      {message !== null && <Fact name="Message">{visible(message)}</Fact>}
      <Fact name="Asks for">{listPermissions(permissions ?? {}).join(' · ') || 'nothing beyond the defaults'}</Fact>
      {dependencies.length > 0 && <Fact name="Packages">{visible(dependencies.join(', '))}</Fact>}
      {capabilities && <Fact name="Reaches">{capabilities.map(formatCapability).join(' · ') || 'nothing'}</Fact>}
      <Fact name="Scan">
        <Findings staged={staged} />
      </Fact>
      {models.length > 0 && <Fact name="Models">{models.join(', ')}</Fact>}
      {waived_rules.length > 0 && <Fact name="Waived rules">{waived_rules.join(', ')}</Fact>}
      <Fact name="Approval">{staged.deploy_when_approved ? 'deploys it' : 'deploys nothing'}</Fact>
      {staged_until !== null && (
        <Fact name="Waits until">
          <Time at={staged_until} />
        </Fact>
      )}
      {staged.kind === 'extractor' && staged.namespace_id !== null && (
        <Fact name="Try it">
          <Copyable
            text={slipway(['invoke', `${staged.name}@${staged.version}`], {
              staged: true,
              data: '{}',
              namespace: staged.namespace_id,
            })}
          />
        </Fact>
      )}
      <Fact name="SHA-256 of the archive">
        <Copyable text={code_hash} />
      </Fact>
      {files_sha256 !== null && (
        <Fact name="SHA-256 of the files">
          <Copyable text={files_sha256} />
        </Fact>
      )}
    </dl>
  );
}

/** Counts the findings, with a link to the version's page, which lists them. */
function Findings({ staged }: { staged: Staged }) {
  const { findings, kind, name, namespace_id, scan_verdict, version } = staged;
  const { error = 0, warning = 0, note = 0 } = findings ?? {};
  const counts = findings === null ? 'many findings' : `${error} errors, ${warning} warnings, ${note} notes`;
  return (
    <>
      <Verdict verdict={scan_verdict} />{' '}
      {kind === 'extractor' && namespace_id !== null ? (
        <Link to="/n/$namespace/plugins/$name/versions/$version" params={{ namespace: namespace_id, name, version }}>
          {counts}
        </Link>
      ) : (
        counts
      )}
    </>
  );
}

function Diff({ staged }: { staged: Staged }) {
  const { data, error } = useQuery(stagedDiffQuery(staged));
  if (error) return <PageError error={error} />;
  return data ? <Changes diff={data} /> : <Loading what="the changes" />;
}

/** Returns the options that say whose plugin it is. */
function whose({ kind, namespace_id }: Staged) {
  if (kind !== 'extractor') return { kind };
  return { namespace: namespace_id ?? undefined, org: namespace_id === null };
}

const labels = { approve: 'Approve', reject: 'Reject' } as const;
type Verb = keyof typeof labels;

/** Returns what the decision does, so that nobody deploys by approving without knowing it. */
function effectOf({ active_version, deploy_when_approved, name, version }: Staged, verb: Verb): string {
  if (verb === 'reject')
    return 'It stays listed, can never be deployed, and keeps its number until someone deletes it.';
  if (!deploy_when_approved)
    return 'Nothing is deployed. It can be deployed from then on, and becomes the active version if it is the highest.';
  const calls =
    active_version === null
      ? `Once it is ready, it answers calls to ${name}.`
      : `Once it is ready, calls to ${name} move to it: all at once, or step by step if its publisher, its manifest or the namespace says so.`;
  return `Approving deploys ${version}, as its publisher asked. ${calls}`;
}

/** Returns what the decision did. */
function outcomeOf({ deployment, deployment_error: failed, stage }: Schemas['DecidedVersion']): string {
  if (failed) return `is approved, but not deployed: ${visible(failed.message)}`;
  return deployment ? 'is approved and is being deployed.' : `is ${stage ?? 'approved'}.`;
}

/** Sends the digest of the content that the page shows, so nothing else is approved. */
function Decision({ staged, verb }: { staged: Staged; verb: Verb }) {
  const { code_hash: sha256, kind, name, namespace_id, plugin_id, version } = staged;
  const submit = labels[verb];
  const kinds = kind === 'pipeline' || kind === 'storage' ? { kind } : {};
  const bodyOf = (form: FormData) => ({ sha256, ...kinds, note: readText(form, 'note') || null });
  return (
    <ActionDialog
      label={submit}
      title={`${submit} ${name} ${version}`}
      submit={submit}
      className={verb === 'approve' ? 'primary' : 'small'}
      request={(form) =>
        namespace_id === null
          ? apiRequest('post', `/v1/plugins/{plugin_id}/${verb}`, { path: { plugin_id }, body: bodyOf(form) })
          : apiRequest('post', `/v1/namespaces/{namespace_id}/plugins/{plugin_id}/${verb}`, {
              path: { namespace_id, plugin_id },
              body: bodyOf(form),
            })
      }
      cli={(form) =>
        slipway([verb, `${name}@${version}`], {
          ...whose(staged),
          sha256,
          note: readText(form, 'note') || undefined,
        })
      }
      changes={[['approvals'], namespace_id === null ? ['organization-plugins'] : ['namespace', namespace_id]]}
      said={(decided) => `${name} ${version} ${outcomeOf(decided)}`}
      link={({ deployment }) => {
        if (!deployment || namespace_id === null) return undefined;
        const params = { namespace: namespace_id, deployment: deployment.deployment_id };
        return { to: { to: '/n/$namespace/deployments/$deployment', params }, text: 'Deployment' };
      }}
    >
      <p>{effectOf(staged, verb)}</p>
      <AreaField name="note" label="Note" hint="Why, for the history." maxLength={2000} />
    </ActionDialog>
  );
}
