package dev.lazuli.cpu;
import dev.lazuli.graph.*;
final class VectorFold { static Fold of(Program p, Scalar fold, long[] stride) { return null; } }
