// Actions on a membership: give it another role, or end it.
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { apiRequest } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { NamespaceBoxes, namespacesIn } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { followAccount } from '../../parts/frame/account.ts';
import { visible } from '../../parts/visible-text.ts';
import { type Member, membersQuery, personalKeysQuery, personQuery, type Role, roleTexts } from './queries.ts';

const roles = Object.keys(roleTexts).filter((name): name is Role => name in roleTexts);

/** Asks for a role, and for the namespaces it is limited to. Owners always have all. */
export function RoleFields({ role = 'developer', namespaces = [] }: { role?: Role; namespaces?: readonly string[] }) {
  const [chosen, choose] = useState<Role>(role);
  return (
    <>
      <fieldset>
        <legend>Role</legend>
        {roles.map((name) => (
          <label key={name} className="choice">
            <input type="radio" name="role" value={name} checked={chosen === name} onChange={() => choose(name)} />{' '}
            {name} <span className="quiet">{roleTexts[name]}</span>
          </label>
        ))}
      </fieldset>
      {chosen !== 'owner' && <NamespaceBoxes chosen={namespaces} />}
    </>
  );
}

export function membershipIn(form: FormData) {
  const role = roles.find((name) => name === readText(form, 'role')) ?? 'viewer';
  return { role, namespace_ids: namespacesIn(form) };
}

/** Returns the form's membership as options of `slipway members`. */
export function membershipOptions(form: FormData) {
  const { namespace_ids, role } = membershipIn(form);
  return { role, only: namespace_ids };
}

export function ChangeRole({ member, isOwn }: { member: Member; isOwn: boolean }) {
  const { email, namespace_ids, person_id, role } = member;
  const name = visible(member.name);
  const queries = useQueryClient();
  const router = useRouter();
  const request = (form: FormData) => {
    const change = apiRequest('patch', '/v1/members/{person_id}', { path: { person_id }, body: membershipIn(form) });
    const send = async () => {
      const changed = await change.send();
      // This session has the new role's access, too.
      if (isOwn) await followAccount(queries, router);
      return changed;
    };
    return { ...change, send };
  };
  return (
    <ActionDialog
      label="Change role"
      of={visible(email)}
      title={`Change the role of ${name}`}
      className="small"
      submit="Change the role"
      request={request}
      cli={(form) => slipway(['members', 'set', person_id], membershipOptions(form))}
      changes={[membersQuery.queryKey]}
      said={(changed) => `${name} is now ${changed.role}.`}
    >
      <RoleFields role={role} namespaces={namespace_ids ?? []} />
      <p>Sessions get exactly this access within 10 seconds. Personal keys lose what the role lacks.</p>
    </ActionDialog>
  );
}

interface EndProps extends Pick<Member, 'person_id' | 'name' | 'email'> {
  isOwn: boolean;
}

/** Removes a member, or lets the person leave. */
export function EndMembership({ email, isOwn, name, person_id }: EndProps) {
  return (
    <ActionDialog
      label={isOwn ? 'Leave' : 'Remove'}
      of={visible(email)}
      title={isOwn ? 'Leave the organization' : `Remove ${visible(name)}`}
      typed={email}
      request={() => apiRequest('delete', '/v1/members/{person_id}', { path: { person_id } })}
      cli={() => slipway(['members', 'remove', person_id], { yes: true })}
      changes={[membersQuery.queryKey, personQuery.queryKey, personalKeysQuery.queryKey]}
      said={() => `${visible(name)} is no longer a member.`}
    >
      <p>
        {isOwn ? 'Your' : `${visible(name)}'s`} sessions and personal keys end within 10 seconds. Keys of the
        organization stay: rotate those that {isOwn ? 'you have' : 'this person has'} seen. Events keep the name.
      </p>
    </ActionDialog>
  );
}
