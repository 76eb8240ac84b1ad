/// What users hold: `Array`, every function in `Lazuli`, `Fast` and `Random`, subscripts in `Index`, structures of
/// arrays in `Tree`.
@NullMarked
package dev.lazuli;

import org.jspecify.annotations.NullMarked;
