// What a new plugin may be, and what each category of extractor takes in.

export const kinds = ['extractor', 'pipeline', 'storage'] as const;
export type Kind = (typeof kinds)[number];

export const categories = ['text', 'image', 'video', 'audio', 'document', 'multimodal'] as const;
export type Category = (typeof categories)[number];

interface Inputs {
  template: 'text' | 'content' | 'multimodal';
  /** Of the rows that its batch step is for. */
  condition: string;
  types: string[];
  properties: Record<string, { type: string; description: string }>;
  required: string[];
}

const text = { text: { type: 'string', description: 'The text' } };
const content = { content: { type: 'string', description: 'The content, in base64' } };

function ofContent(category: Category, condition: string): Inputs {
  return { template: 'content', condition, types: [category], properties: content, required: ['content'] };
}

export const inputsOf: Readonly<Record<Category, Inputs>> = {
  text: { template: 'text', condition: 'IS_TEXT', types: ['text'], properties: text, required: ['text'] },
  image: ofContent('image', 'IS_IMAGE'),
  video: ofContent('video', 'IS_VIDEO'),
  audio: ofContent('audio', 'IS_AUDIO'),
  document: ofContent('document', 'IS_PDF'),
  multimodal: {
    template: 'multimodal',
    condition: 'ALWAYS',
    types: ['text', 'image'],
    properties: { ...text, ...content },
    required: [],
  },
};
