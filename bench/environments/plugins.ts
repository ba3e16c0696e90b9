// The plugins that are measured. Their models have random weights and are made when they load, so that nothing but packages is downloaded.

export interface BenchPlugin {
  dependencies: readonly string[];
  /** realtime.py */
  realtime: string;
  inputs: Record<string, unknown>;
}

/** Embeddings by a transformer of one layer, which takes the same packages as a real one. */
export const sentences: BenchPlugin = {
  dependencies: ['sentence-transformers'],
  inputs: { text: 'a red boat' },
  realtime: `import tempfile

import torch
from sentence_transformers import SentenceTransformer, models
from tokenizers import Tokenizer, models as parts, pre_tokenizers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "red", "blue", "boat", "house"]


class RealtimeHandler:
    def load_model(self):
        torch.manual_seed(1)
        folder = tempfile.mkdtemp()
        words = Tokenizer(parts.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
        words.pre_tokenizer = pre_tokenizers.Whitespace()
        special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
        PreTrainedTokenizerFast(tokenizer_object=words, **special).save_pretrained(folder)
        sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
        BertModel(BertConfig(vocab_size=len(WORDS), **sizes)).save_pretrained(folder)
        words_of_sentences = models.Transformer(folder)
        self.model = SentenceTransformer(modules=[words_of_sentences, models.Pooling(32)], device="cpu")

    def predict(self, request):
        return {"embedding": self.model.encode(request["text"]).tolist()}
`,
};

/** The three packages that most small plugins have. */
export const small: BenchPlugin = {
  dependencies: ['numpy', 'pydantic', 'pillow'],
  inputs: { width: 8 },
  realtime: `import numpy
from PIL import Image
from pydantic import BaseModel


class Wanted(BaseModel):
    width: int


class RealtimeHandler:
    def predict(self, request):
        wanted = Wanted(width=request["width"])
        return {"mean": float(numpy.asarray(Image.new("RGB", (wanted.width, 2), (1, 2, 3))).mean())}
`,
};

export function filesOf(
  { name, version }: { name: string; version: string },
  { dependencies, realtime }: BenchPlugin,
): Record<string, string> {
  return {
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\noutput_schema = {}\ndependencies = ${JSON.stringify(dependencies)}\n`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': realtime,
  };
}
