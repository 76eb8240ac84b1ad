/// Text to tokens and back, as the models' own tokenizers do it: byte-pair encoding, read from `tokenizer.json` or from
/// a GGUF file. A [Tokenizer] is its steps in order, each a small interface of records: `AddedTokens`, `Normalizer`,
/// `PreTokenizer`, `Bpe`, `Template`, and back, `Decoder`.
@NullMarked
package dev.lazuli.text;

import org.jspecify.annotations.NullMarked;
