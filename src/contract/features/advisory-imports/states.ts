// Defines the states of an import of advisories.

export const advisoryImportStates = ['open', 'reading', 'done', 'failed'] as const;
