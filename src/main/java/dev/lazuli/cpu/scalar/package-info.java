/// Inner loops in plain Java, for a JVM without the incubator module or without C2.
@NullMarked
package dev.lazuli.cpu.scalar;

import org.jspecify.annotations.NullMarked;
