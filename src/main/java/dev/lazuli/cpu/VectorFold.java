package dev.lazuli.cpu;

import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// A vector class that folds, with a plain one for the last elements.
///
/// @param share the most elements that the vector class gets
record VectorFold(Fold body, Fold scalar, Scalar fold, Dtype dtype, int lanes, int share) implements Fold {

    /// @param wide the type that floats are folded in
    static Tiers.@Nullable Vector<Fold> of(Program program, Dtype wide, Scalar fold, long[] stride, Fold scalar) {
        if (!Vectors.canFold(program, fold)) return null;
        int lanes = Vectors.lanes(program);
        var body = VectorEmitter.fold(program, fold, VectorLoop.single(program, stride));
        return new Tiers.Vector<>(new VectorFold(body, scalar, fold, wide, lanes, Integer.MAX_VALUE),
            new VectorFold(body, scalar, fold, wide, lanes, Tiers.BLOCK / 2 + lanes), VectorEmitter.CHAINS * lanes);
    }

    @Override public long run(long[] base, long[] stride, int n) {
        int whole = Math.min(n - n % lanes, share);
        if (whole == n) return body.run(base, stride, n);
        for (int k = 0; k < stride.length; k++) base[k] += stride[k] * whole;
        long rest = scalar.run(base, stride, n - whole);
        for (int k = 0; k < stride.length; k++) base[k] -= stride[k] * whole;
        return whole == 0 ? rest : Value.apply(fold, dtype, dtype, body.run(base, stride, whole), rest);
    }
}
