/// What every layer above speaks of: element types, shapes, and how a shape lies in memory.
@NullMarked
package dev.lazuli.type;

import org.jspecify.annotations.NullMarked;
