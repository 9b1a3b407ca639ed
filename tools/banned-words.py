#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""banned-words.py WORDS OUT: data/banned-words.txt as a sorted C table. A line that the checker would never compare
against (upper case, wide letters, digits or signs at its ends, twice the same) is an error."""
import sys
import unicodedata

words = [line.strip() for line in open(sys.argv[1], encoding="utf-8") if line.strip() and not line.startswith("#")]
for word in words:
    plain = unicodedata.normalize("NFKC", word).casefold()
    if plain != word or not word[0].isalpha() or not word[-1].isalpha():
        sys.exit(f"{sys.argv[1]}: {word}: not in the form that is compared")
twice = {word for word in words if words.count(word) > 1}
if twice:
    sys.exit(f"{sys.argv[1]}: twice: {sorted(twice)}")
with open(sys.argv[2], "w", encoding="utf-8") as out:
    out.write('#include "factor/weak-words.h"\n\nconst char *const sk_weak_words[] = {\n')
    for word in sorted(words, key=lambda w: w.encode()):
        out.write("    \"" + "".join(f"\\{b:03o}" if b >= 0x80 or b in b'"\\?' else chr(b) for b in word.encode()) + "\",\n")
    out.write("};\n")
    out.write(f"const unsigned sk_weak_words_n = {len(words)};\n")
