package dev.lazuli.type;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// How numbers along the last axis are packed into few bits each, with a scale for each group of them: a mode of MLX.
///
/// | mode | numbers | groups | what a group has |
/// | --- | --- | --- | --- |
/// | affine | integers of 2, 3, 4, 5, 6 or 8 bits | 32, 64 or 128 | a scale and a bias in the type of the matrix |
/// | mxfp4 | floats of 4 bits, e2m1: up to 6 | 32 | a power of two as a byte, e8m0 |
/// | mxfp8 | floats of 8 bits, e4m3: up to 448 | 32 | a power of two as a byte, e8m0 |
/// | nvfp4 | floats of 4 bits, e2m1: up to 6 | 16 | a float of 8 bits, e4m3 |
///
/// @param mode what the bits mean
/// @param group numbers that share a scale
/// @param bits of a number
public record Quantization(Mode mode, int group, int bits) {
    /// What the bits of a number mean.
    public enum Mode {
        /// `q · scale + bias` of an integer q.
        AFFINE,
        /// Four-bit floats times a power of two.
        MXFP4,
        /// Eight-bit floats times a power of two.
        MXFP8,
        /// Four-bit floats times an eight-bit one.
        NVFP4
    }

    private static final List<Integer> BITS = List.of(2, 3, 4, 5, 6, 8);
    private static final List<Integer> GROUPS = List.of(32, 64, 128);

    /// Four-bit floats, 32 with a power of two.
    public static final Quantization MXFP4 = new Quantization(Mode.MXFP4, 32, 4);

    /// Eight-bit floats, 32 with a power of two.
    public static final Quantization MXFP8 = new Quantization(Mode.MXFP8, 32, 8);

    /// Four-bit floats, 16 with an eight-bit one.
    public static final Quantization NVFP4 = new Quantization(Mode.NVFP4, 16, 4);

    /// Integers of a number of bits, `group` of which share a scale and a bias.
    public static Quantization affine(int group, int bits) { return new Quantization(Mode.AFFINE, group, bits); }

    /// Every one there is.
    public static List<Quantization> all() {
        var affine = BITS.stream().flatMap(bits -> GROUPS.stream().map(group -> affine(group, bits)));
        return Stream.concat(affine, Stream.of(MXFP4, MXFP8, NVFP4)).toList();
    }

    public Quantization {
        switch (mode) {
            case AFFINE -> {
                if (!BITS.contains(bits))
                    throw new IllegalArgumentException("quantize: got " + bits + " bits, expected one of " + BITS);
                if (!GROUPS.contains(group))
                    throw new IllegalArgumentException("quantize: got groups of " + group + ", expected one of "
                        + GROUPS);
            }
            case MXFP4 -> check(mode, group, bits, 32, 4);
            case MXFP8 -> check(mode, group, bits, 32, 8);
            case NVFP4 -> check(mode, group, bits, 16, 4);
        }
    }

    private static void check(Mode mode, int group, int bits, int groups, int wide) {
        if (group != groups || bits != wide)
            throw new IllegalArgumentException("quantize: got groups of " + group + " and " + bits + " bits, expected "
                + groups + " and " + wide + " of " + mode);
    }

    /// Whether numbers are integers with a scale and a bias.
    public boolean isAffine() { return mode == Mode.AFFINE; }

    /// The largest integer of so many bits.
    public int mask() { return (1 << bits) - 1; }

    @Override public String toString() {
        return isAffine() ? bits + " bits in groups of " + group : mode.name().toLowerCase(Locale.ROOT);
    }
}
