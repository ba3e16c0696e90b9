// Describes the events of waivers in words, for lists that people read. `{name}` stands for a field in the event's data.

export const sentences = {
  'waiver.granted': 'waived {rule} for {plugin}: {reason}',
  'waiver.revoked': 'revoked the {rule} waiver for {plugin}',
  'waiver.expired': 'expired the {rule} waiver for {plugin}',
};
