/// Off-heap memory: raw access, pooled buffers, and the limit on all of them.
@NullMarked
package dev.lazuli.memory;

import org.jspecify.annotations.NullMarked;
