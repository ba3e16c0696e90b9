// Says whose files are removed, in the log and in the name of what is being removed, which outlives the builder.
import { randomBytes } from 'node:crypto';

export interface Owner {
  /** Kind of owner of the files. */
  kind:
    | 'analysis'
    | 'blob'
    | 'build'
    | 'compile cache'
    | 'data folder'
    | 'environment'
    | 'instance'
    | 'leftover'
    | 'machine code'
    | 'model'
    | 'module'
    | 'probe'
    | 'source'
    | 'tryout';
  id?: string | undefined;
  organization?: string | undefined;
}

/** An owner as the log names it. */
export type OwnerName = Record<'kind' | 'id' | 'organization', string | undefined>;

const partChars = 64;

/** Returns a new name for the files of the owner. */
export function newName({ kind, id = '', organization = '' }: Owner): string {
  const parts = [kind, id, organization].map((part) => part.replaceAll(/[^\w-]/g, '_').slice(0, partChars));
  return [...parts, randomBytes(8).toString('hex')].join(',');
}

/** Reads the owner from a name. Parts that it lacks are undefined. */
export function ownerOf(name: string): OwnerName {
  const [kind, id, organization] = name.split(',').map((part) => part || undefined);
  return { kind: kind?.replaceAll('_', ' '), id, organization };
}
