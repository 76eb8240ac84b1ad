/// Layers whose matrices stay packed, and what packs a model.
@NullMarked
package dev.lazuli.quantize;

import org.jspecify.annotations.NullMarked;
