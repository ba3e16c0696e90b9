// Names the command that listens, and is named for no operation.

export const unnamed = ['webhooks listen'];
