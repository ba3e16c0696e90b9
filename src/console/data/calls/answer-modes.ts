// How the playground's call is answered, if not at its end. The URL of the page has it.
export const answerModes = ['stream', 'later'] as const;
export type AnswerMode = (typeof answerModes)[number];
