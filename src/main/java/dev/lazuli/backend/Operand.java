package dev.lazuli.backend;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;

/// A strided array as a kernel sees it: where its first element lies, and how many elements apart the next one of
/// each axis is. Strides may be 0 (broadcast) or negative (reversed).
///
/// @param address absolute address of the element at index (0, 0, …)
/// @param strides in elements, one an axis
public record Operand(Dtype dtype, Shape shape, long[] strides, long address) {

    public int rank() { return strides.length; }

    public int dim(int axis) { return shape.dim(axis); }

    public long stride(int axis) { return strides[axis < 0 ? axis + strides.length : axis]; }

    /// Whether the last `axes` axes lie in row-major order without gaps; axes of length 1 have any stride.
    public boolean isContiguous(int axes) {
        long expected = 1;
        for (int i = strides.length - 1; i >= strides.length - axes; i--) {
            if (shape.dim(i) != 1 && strides[i] != expected) return false;
            expected *= shape.dim(i);
        }
        return true;
    }

    public boolean isContiguous() { return isContiguous(strides.length); }
}
