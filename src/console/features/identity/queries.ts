// Queries for people: an organization's members and invitations, and the signed-in person's own things.
import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export type Member = Schemas['Member'];
export type Role = Member['role'];

/** Each role with what it allows, the highest first. */
export const roleTexts: Record<Role, string> = {
  owner: 'everything, including keys, members and issuers',
  admin: 'everything except keys, members and issuers',
  developer: 'read, publish, deploy and call plugins',
  viewer: 'read plugins',
};

export const membersQuery = pagedQuery(['members'], {
  load: (page, signal) => api.get('/v1/members', { query: page, signal }),
});

export const invitationsQuery = pagedQuery(['invitations'], {
  load: (page, signal) => api.get('/v1/invitations', { query: page, signal }),
});

export const issuersQuery = queryOptions({
  queryKey: ['issuers'],
  queryFn: ({ signal }) => api.get('/v1/issuers', { query: { limit: 1000 }, signal }),
});

/** Only people can read it, and what is below: a key of the organization gets 403. */
export const personQuery = queryOptions({
  queryKey: ['person'],
  queryFn: ({ signal }) => api.get('/v1/person', { signal }),
});

export const personSessionsQuery = queryOptions({
  queryKey: ['person', 'sessions'],
  queryFn: ({ signal }) => api.get('/v1/person/sessions', { signal }),
});

export const personalKeysQuery = queryOptions({
  queryKey: ['keys', 'personal'],
  queryFn: ({ signal }) => api.get('/v1/person/keys', { signal }),
});
