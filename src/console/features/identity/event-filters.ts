// Places the events of issuers, trusted publishers, members and invitations in the filters of events.

export const eventFilters = [
  { group: 'member.', after: 'key.' },
  { group: 'invitation.', after: 'member.' },
  { group: 'trusted_publisher.', after: 'invitation.' },
  { group: 'issuer.', after: 'trusted_publisher.' },
  { group: 'oidc.', after: 'issuer.' },
] as const;
