// Names the hidden command that completion scripts call for plugin names.
export const namesCommand = '__plugins';
