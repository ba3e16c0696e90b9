// Describes the events of issuers, trusted publishers, members and invitations in words, for lists that people read.

export const sentences = {
  'key.exchanged': 'exchanged an ID token of {issuer} for a key',
  'oidc.refused': 'sent an ID token of {issuer} that was refused: {reason}',
  'issuer.added': 'added the issuer {name}',
  'issuer.removed': 'removed the issuer {name}',
  'trusted_publisher.added': 'trusted CI jobs to publish {plugin}',
  'trusted_publisher.removed': 'stopped trusting CI jobs to publish {plugin}',
  'member.invited': 'invited {email} as {role}',
  'invitation.revoked': 'revoked an invitation',
  'member.joined': 'joined as {role}',
  'member.role_changed': 'made {name} {role}',
  'member.removed': 'removed the member {name}',
  'member.signed_in': 'signed in by {issuer}',
  'member.sign_in_failed': 'failed to sign in by {issuer}: {reason}',
};
