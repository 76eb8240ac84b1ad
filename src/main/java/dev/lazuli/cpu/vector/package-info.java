/// Inner loops in the Vector API: the only package that imports `jdk.incubator.vector`.
///
/// A hot loop stays in one method, because a helper that takes or returns a vector is boxed once C2 stops inlining it.
@NullMarked
package dev.lazuli.cpu.vector;

import org.jspecify.annotations.NullMarked;
