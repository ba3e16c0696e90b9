"""Computes the profile of a text, and of each row of a batch. Uses only the standard library."""

import hashlib
import math
import re

DIMENSIONS = 16
PHRASES = 5
PHRASES_MAX = 20
PHRASE_WORDS_MAX = 3

WORD = re.compile(r"[a-z0-9]+(?:['’-][a-z0-9]+)*")
CLAUSE_END = re.compile(r"[.!?;:,()\[\]{}\"“”\n]+")
SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but
    by can could did do does down each every few for from further had has have he her here him his how i if in into is
    it its just like may me might more most must my no nor not of off on once only or other our out over own same she
    should so some such than that the their them then there these they this those through to too under until up us
    very was we were what when where which while who whom why will with without would you your""".split()
)


def profile(text, phrases=PHRASES):
    """Returns the profile of a text."""
    folded = str(text or "").lower()
    words = WORD.findall(folded)
    sentences = max(1, len(SENTENCE_END.findall(folded.strip()))) if words else 0
    ease = reading_ease(words, sentences)
    return {
        "embedding": embed(words),
        "words": len(words),
        "sentences": sentences,
        "reading_ease": ease,
        "level": level(words, ease),
        "key_phrases": key_phrases(folded, min(max(int(phrases), 0), PHRASES_MAX)),
    }


def syllables(word):
    """Counts groups of vowels, without a silent final e. Correct for most English words."""
    count = len(VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(count, 1)


def reading_ease(words, sentences):
    """Returns the score of Flesch (1948): short sentences with short words score high."""
    if not words:
        return 0.0
    per_sentence = len(words) / sentences
    per_word = sum(syllables(word) for word in words) / len(words)
    return round(206.835 - 1.015 * per_sentence - 84.6 * per_word, 1)


def level(words, ease):
    if not words:
        return "empty"
    return "easy" if ease >= 70 else "plain" if ease >= 50 else "hard"


def key_phrases(folded, limit):
    """Returns the key phrases of RAKE (Rose et al. 2010): runs of words between stop words. Words in long runs score high."""
    runs = [run for clause in CLAUSE_END.split(folded) for run in content_runs(WORD.findall(clause))]
    count, degree = {}, {}
    for run in runs:
        for word in run:
            count[word] = count.get(word, 0) + 1
            degree[word] = degree.get(word, 0) + len(run)
    scores = {" ".join(run): sum(degree[word] / count[word] for word in run) for run in runs}
    # Sorting is stable, so equal scores keep the order of the text.
    return sorted(scores, key=lambda phrase: -scores[phrase])[:limit]


def content_runs(words):
    run = []
    for word in [*words, None]:
        if word is not None and word not in STOP_WORDS:
            run.append(word)
            continue
        if 0 < len(run) <= PHRASE_WORDS_MAX:
            yield run
        run = []


def embed(words):
    """Hashes each word to 1 or -1 in one of 16 dimensions, so that texts with the same words have similar vectors."""
    vector = [0.0] * DIMENSIONS
    for word in words:
        if word not in STOP_WORDS:
            digest = hashlib.blake2b(word.encode("utf-8"), digest_size=2).digest()
            vector[digest[0] % DIMENSIONS] += 1.0 if digest[1] % 2 else -1.0
    length = math.sqrt(sum(x * x for x in vector))
    return [round(x / length, 4) for x in vector] if length else vector


class ProfileProcessor:
    """The step of the batch pipeline. Reads column `data` and adds the columns of output_schema."""

    def __init__(self, config=None, progress_actor=None, **kwargs):
        self.phrases = (config or {}).get("key_phrases", PHRASES)

    def __call__(self, batch):
        profiles = [profile(text, self.phrases) for text in batch["data"].tolist()]
        batch["profile_embedding"] = [one["embedding"] for one in profiles]
        for column in ("words", "sentences", "reading_ease", "level", "key_phrases"):
            batch[column] = [one[column] for one in profiles]
        return batch
