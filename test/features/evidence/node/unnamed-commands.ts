// Lists the commands for evidence that work on this machine.

export const unnamed = ['verify'];
