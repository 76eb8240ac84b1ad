package dev.lazuli.text;

import java.util.Arrays;

/// Which pairs of symbols join, into what, and how early: a hash table of (left, right) → (rank, joined).
final class Merges {
    static final int NONE = -1;

    private final long[] keys;
    private final int[] ranks;
    private final int[] joined;
    private final int shift;

    Merges(int expected) {
        // At most half full, so that probing stays short.
        int bits = Math.max(4, 33 - Integer.numberOfLeadingZeros(Math.max(1, expected)));
        keys = new long[1 << bits];
        Arrays.fill(keys, NONE);
        ranks = new int[1 << bits];
        joined = new int[1 << bits];
        shift = 64 - bits;
    }

    /// Adds a pair; what was said of it before is forgotten.
    void put(int left, int right, int rank, int symbol) {
        long key = key(left, right);
        int slot = home(key);
        while (keys[slot] != NONE && keys[slot] != key) slot = slot + 1 & keys.length - 1;
        keys[slot] = key;
        ranks[slot] = rank;
        joined[slot] = symbol;
    }

    /// Where the pair is, or [#NONE].
    int find(int left, int right) {
        long key = key(left, right);
        int slot = home(key);
        while (keys[slot] != key) {
            if (keys[slot] == NONE) return NONE;
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }

    int rank(int slot) { return ranks[slot]; }

    int joined(int slot) { return joined[slot]; }

    private static long key(int left, int right) { return (long) left << 32 | right; }

    // The golden ratio scatters neighbouring ids.
    private int home(long key) { return (int) ((key ^ key >>> 29) * 0x9E3779B97F4A7C15L >>> shift); }
}
