package dev.lazuli.cli.work;

import dev.lazuli.Array;

/// A line of a matrix in MLX's affine packing, as plain numbers.
final class PackedLine {
    private PackedLine() {}

    static double[] of(Array words, Array scales, Array biases, int group, int bits) {
        return of(words.toIntArray(), scales.toFloatArray(), biases.toFloatArray(), 0, scales.dim(0), group, bits);
    }

    /// Line `row` of arrays that hold all lines.
    static double[] of(int[] words, float[] scales, float[] biases, int row, int groups, int group, int bits) {
        var line = new double[groups * group];
        int perWord = 32 / bits;
        int first = row * (line.length / perWord);
        for (int i = 0; i < line.length; i++) {
            int level = words[first + i / perWord] >>> i % perWord * bits & (1 << bits) - 1;
            int g = row * groups + i / group;
            line[i] = (double) scales[g] * level + biases[g];
        }
        return line;
    }
}
