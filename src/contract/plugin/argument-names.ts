// Names that the arguments of agents' tools may have.

/** Interfaces of models refuse all of an agent's tools because of one argument with another name. */
export const argumentName = /^[\w.-]{1,64}$/;
