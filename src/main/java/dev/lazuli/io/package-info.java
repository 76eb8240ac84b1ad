/// Files of tensors. Safetensors and GGUF are mapped, so opening one reads its header only, and a tensor's bytes are
/// those of the file; JSON is read into plain maps and lists. A malformed file is a [FormatException] before anything
/// of its claimed size is allocated; a file that cannot be read is a [java.io.UncheckedIOException].
@NullMarked
package dev.lazuli.io;

import org.jspecify.annotations.NullMarked;
