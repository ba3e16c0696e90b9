// Answers what the kernel asks about the people whose keys act.
import { sql } from 'drizzle-orm';
import { type Role, roleScopes, roles } from '../../contract/identity.ts';
import type { People } from '../../points.ts';
import { members, people } from './tables.ts';

const approving = roles.filter((role) => roleScopes[role].includes('versions:approve'));

export const knownPeople: People = {
  roleOf: (organizationId, personId) =>
    sql<Role | null>`(select ${members.role} from ${members}
      where ${members.organizationId} = ${organizationId} and ${members.personId} = ${personId})`,
  hasOwner: (id) =>
    sql`exists (select 1 from ${members} where ${members.organizationId} = ${id} and ${members.role} = 'owner')`,
  isNamesake: (personId, ids) =>
    sql`exists (select 1 from ${people} join ${people} as namesake on lower(namesake.email) = lower(${people.email})
      where ${people.id} = ${personId} and namesake.id in ${ids})`,
  approvers: (organizationId, namespaceId) => {
    const isEverywhere = sql`${members.namespaceIds} is null`;
    const covers = sql`exists (select 1 from json_each(${members.namespaceIds}) where value = ${namespaceId})`;
    const found = sql`select ${people.name} as name from ${members} join ${people} on ${people.id} = ${members.personId}
      where ${members.organizationId} = ${organizationId} and ${members.role} in ${approving}
        and (${isEverywhere} or ${covers}) group by lower(${people.email}) limit 2`;
    return sql<string>`(select json_group_array(name) from (${found}))`;
  },
};
