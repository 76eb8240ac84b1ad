/// Files of tensors. Safetensors, GGUF and npy are mapped, so opening one reads its header only, and a tensor's bytes
/// are those of the file; npz archives and big-endian numbers are read into memory, JSON into plain maps and lists. A
/// malformed file is a [FormatException] before anything of its claimed size is allocated; a file that cannot be read
/// is a [java.io.UncheckedIOException]. What is written appears under its name only when it is complete.
@NullMarked
package dev.lazuli.io;

import org.jspecify.annotations.NullMarked;
