/// LLaMA: the model as records, its files, its sampling, its generation of text.
@NullMarked
package dev.lazuli.llama;

import org.jspecify.annotations.NullMarked;
