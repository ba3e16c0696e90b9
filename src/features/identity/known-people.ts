// Answers what the kernel asks about the people whose keys act.
import { sql } from 'drizzle-orm';
import type { Role } from '../../contract/identity.ts';
import type { People } from '../../points.ts';
import { members, people } from './tables.ts';

export const knownPeople: People = {
  roleOf: (organizationId, personId) =>
    sql<Role | null>`(select ${members.role} from ${members}
      where ${members.organizationId} = ${organizationId} and ${members.personId} = ${personId})`,
  hasOwner: (id) =>
    sql`exists (select 1 from ${members} where ${members.organizationId} = ${id} and ${members.role} = 'owner')`,
  isNamesake: (personId, ids) =>
    sql`exists (select 1 from ${people} join ${people} as namesake on lower(namesake.email) = lower(${people.email})
      where ${people.id} = ${personId} and namesake.id in ${ids})`,
};
