/// Layers: records of arrays that are functions of arrays.
@NullMarked
package dev.lazuli.nn;

import org.jspecify.annotations.NullMarked;
