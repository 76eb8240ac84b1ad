package dev.lazuli.cpu;

/// Hashes of consecutive counters: what random bits are made of.
public interface BitsKernel {

    /// Writes the hashes of (x + i, y + i) for i in [0, n) under a key: their first words to `first`, their second
    /// ones to `second`.
    void run(int key0, int key1, int x, int y, int n, long first, long second);
}
