// Lists the shells that completion supports, and names the hidden command that its scripts call.

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

/** Prints the names of plugins. */
export const namesCommand = '__plugins';
