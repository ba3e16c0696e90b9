// Shows what was proposed for sets of tools: the differences in what models read, and the decision of another person.
import { useRouteContext } from '@tanstack/react-router';
import { authorIds } from '../../../contract/events/authors.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { Actor } from '../../parts/actor.tsx';
import { TextChanges } from '../../parts/code/text-changes.tsx';
import { AreaField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { Time } from '../../parts/time.tsx';
import type { ToolSet } from './queries.ts';

type Proposal = NonNullable<ToolSet['pending']>;

interface Props {
  namespace: string;
  name: string;
  proposal: Proposal;
}

export function Proposal({ namespace, name, proposal }: Props) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const obstacle = obstacleTo(proposal, key);
  return (
    <section>
      <div className="head">
        <h2>{name} waits for approval</h2>
        {obstacle === undefined && (
          <div className="actions">
            <Decision namespace={namespace} name={name} proposal={proposal} verb="approve" />
            <Decision namespace={namespace} name={name} proposal={proposal} verb="reject" />
          </div>
        )}
      </div>
      <p>
        Proposed by <Actor actor={proposal.proposed_by} />, <Time at={proposal.proposed_at} />. Agents get what they
        had. {obstacle}
      </p>
      <TextChanges changes={proposal.changes.map(({ from, to, where }) => ({ where, v1: from, v2: to }))} />
    </section>
  );
}

/** Returns why the session may not decide about the proposal. */
function obstacleTo({ proposed_by }: Proposal, { person, scopes }: Schemas['ApiKey']): string | undefined {
  if (!scopes.includes('versions:approve')) return 'Approving and rejecting need the scope versions:approve.';
  if (person === null) return 'Only people approve and reject. Sign in as a person, instead of with a key.';
  if (!authorIds(proposed_by).includes(person.person_id)) return undefined;
  return 'You proposed it, or set up what did, so another person has to approve or reject it.';
}

const words = {
  approve: { submit: 'Approve', className: 'primary', effect: 'Agents get it from now on.', said: 'approved' },
  reject: { submit: 'Reject', className: 'small', effect: 'Agents keep what they have.', said: 'rejected' },
} as const;

/** Sends the digest of the proposal that the page shows, so nothing else is approved. */
function Decision({ namespace, name, proposal: { sha256 }, verb }: Props & { verb: keyof typeof words }) {
  const { className, effect, said, submit } = words[verb];
  return (
    <ActionDialog
      label={submit}
      of={name}
      title={`${submit} what is proposed for ${name}`}
      submit={submit}
      className={className}
      request={(form) =>
        apiRequest('post', `/v1/namespaces/{namespace_id}/tool-sets/{name}/${verb}`, {
          path: { namespace_id: namespace, name },
          body: { sha256, note: readText(form, 'note') || null },
        })
      }
      cli={(form) => slipway(['tools', verb, name], { namespace, sha256, note: readText(form, 'note') || undefined })}
      changes={[['namespace', namespace, 'tool-sets']]}
      said={() => `What was proposed for ${name} is ${said}.`}
    >
      <p>{effect}</p>
      <AreaField name="note" label="Note" hint="Why, for the history." maxLength={2000} />
    </ActionDialog>
  );
}
