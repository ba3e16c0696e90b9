// The command that completion scripts call for the names of plugins; help doesn't list it.
export const namesCommand = '__plugins';
