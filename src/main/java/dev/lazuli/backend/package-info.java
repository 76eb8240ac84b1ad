/// What the compiler asks of a device: to claim work, and to run it on strided operands.
@NullMarked
package dev.lazuli.backend;

import org.jspecify.annotations.NullMarked;
