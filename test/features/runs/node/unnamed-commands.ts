// Lists the commands for runs that do part of an operation for which another command is named.

export const unnamed = ['runs retry'];
