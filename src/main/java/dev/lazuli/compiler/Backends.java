package dev.lazuli.compiler;

import dev.lazuli.backend.Backend;
import dev.lazuli.cpu.CpuBackend;

/// The devices there are.
final class Backends {
    static final Backend CPU = new CpuBackend();

    private Backends() {}
}
