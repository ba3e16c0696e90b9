// Lists the kinds of plugins and the categories of extractors, with the input of each category.

export const kinds = ['extractor', 'pipeline', 'storage'] as const;
export type Kind = (typeof kinds)[number];

/** Examples with dependencies, which `init` copies. */
export const templates = ['image_tags', 'csv_rows', 'embeddings_onnx'] as const;
export type Template = (typeof templates)[number];

export const categories = ['text', 'image', 'video', 'audio', 'document', 'multimodal'] as const;
export type Category = (typeof categories)[number];

interface Inputs {
  template: 'text' | 'content' | 'multimodal';
  /** Selects the rows that the batch step processes. */
  condition: string;
  types: string[];
  properties: Record<string, { type: string; description: string }>;
  required: string[];
}

const text = { text: { type: 'string', description: 'The text' } };
const content = { content: { type: 'string', description: 'The content, in base64' } };

function contentInputs(category: Category, condition: string): Inputs {
  return { template: 'content', condition, types: [category], properties: content, required: ['content'] };
}

export const categoryInputs: Readonly<Record<Category, Inputs>> = {
  text: { template: 'text', condition: 'IS_TEXT', types: ['text'], properties: text, required: ['text'] },
  image: contentInputs('image', 'IS_IMAGE'),
  video: contentInputs('video', 'IS_VIDEO'),
  audio: contentInputs('audio', 'IS_AUDIO'),
  document: contentInputs('document', 'IS_PDF'),
  multimodal: {
    template: 'multimodal',
    condition: 'ALWAYS',
    types: ['text', 'image'],
    properties: { ...text, ...content },
    required: [],
  },
};
