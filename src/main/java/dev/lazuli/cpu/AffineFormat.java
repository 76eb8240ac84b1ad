package dev.lazuli.cpu;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Quantization;

/// How a matrix in MLX's affine format is packed: what kernels are made for.
///
/// @param bits 4 or 8
/// @param group 32, 64 or 128 numbers share a scale and a bias
/// @param scales the type of both: `float32`, `float16` or `bfloat16`
public record AffineFormat(int bits, int group, Dtype scales) {

    public AffineFormat {
        if (!supports(Quantization.affine(group, bits)) || scales == Dtype.FLOAT64 || !scales.isFloat())
            throw new IllegalArgumentException("quantizedMatmul: got " + bits + " bits, groups of " + group + " and "
                + scales + " scales, expected 4 or 8 bits, groups of 32, 64 or 128 and float32, float16 or bfloat16");
    }

    /// Whether lines are multiplied as they stream by.
    public static boolean supports(Quantization format) {
        return format.isAffine() && (format.bits() == 4 || format.bits() == 8);
    }

    /// Numbers in a word of 32 bits.
    public int perWord() { return 32 / bits; }

    int lineBytes(int depth) { return depth * bits / 8; }
}
