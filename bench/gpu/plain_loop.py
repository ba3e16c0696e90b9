"""The step of clip_search in a plain loop: plain_loop.py INPUT OUTPUT MODEL BATCH_SIZE"""

import itertools
import json
import sys

from processors.clip import Clip, best_device
from processors.images import read_image
from safetensors.numpy import load_file

SOURCE, TARGET, MODEL, BATCH_SIZE = *sys.argv[1:4], int(sys.argv[4])

clip = Clip(load_file(MODEL), *best_device())
with open(SOURCE, encoding="utf-8") as lines, open(TARGET, "w", encoding="utf-8") as out:
    while batch := list(itertools.islice(lines, BATCH_SIZE)):
        rows = [json.loads(line) for line in batch]
        vectors = clip.embed_images([read_image(row["data"]) for row in rows])
        for row, vector in zip(rows, vectors, strict=True):
            out.write(json.dumps({**row, "image_embedding": vector}) + "\n")
