/// Kernels for any CPU: what each computes, how it is cut into cache-sized and parallel pieces, and who runs it.
///
/// [Provider] is the family of inner loops in use, of the vector or the scalar sub-package; [Workers] runs ranges of
/// independent work on every core. Algorithms live here once and call the provider for what depends on the machine.
@NullMarked
package dev.lazuli.cpu;

import org.jspecify.annotations.NullMarked;
