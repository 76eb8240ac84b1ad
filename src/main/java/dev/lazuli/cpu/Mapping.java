package dev.lazuli.cpu;

import dev.lazuli.backend.Kernel;
import dev.lazuli.backend.Operand;
import dev.lazuli.graph.Program;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// A program for every element of strided operands of one shape.
final class Mapping implements Kernel {
    /// Steps that make a chunk of work worth a thread.
    private static final long GRAIN = 1 << 17;

    private final @Nullable Dtype[] inputs;
    private final int[] bytes;
    private final Dtype dtype;
    private final Tiers<Loop> tiers;
    private final long grain;

    Mapping(Program program, Tiers.@Nullable Tier fixed) {
        inputs = inputs(program);
        bytes = bytes(inputs, program.dtype());
        dtype = program.dtype();
        tiers = Tiers.loops(program, fixed);
        grain = grain(program);
    }

    static @Nullable Dtype[] inputs(Program program) {
        var types = new @Nullable Dtype[program.inputs()];
        for (int i = 0; i < types.length; i++) types[i] = program.input(i);
        return types;
    }

    /// Widths of the operands' elements; 0 for an input that is not read, which so needs no place.
    static int[] bytes(@Nullable Dtype[] inputs, Dtype... outputs) {
        var bytes = new int[inputs.length + outputs.length];
        for (int i = 0; i < inputs.length; i++) bytes[i] = inputs[i] == null ? 0 : inputs[i].bytes();
        for (int i = 0; i < outputs.length; i++) bytes[inputs.length + i] = outputs[i].bytes();
        return bytes;
    }

    static long grain(Program program) { return Math.max(1 << 11, GRAIN / program.steps().size() & -1024); }

    static void check(@Nullable Dtype[] inputs, Operand[] in) {
        for (int i = 0; i < inputs.length; i++)
            if (inputs[i] != null && in[i].dtype() != inputs[i])
                throw new IllegalArgumentException(
                    "map: input " + i + " is " + in[i].dtype() + ", expected " + inputs[i]);
    }

    @Override public void run(Operand[] in, Operand out) {
        check(inputs, in);
        if (out.dtype() != dtype)
            throw new IllegalArgumentException("map: output is " + out.dtype() + ", expected " + dtype);
        long size = out.shape().size();
        if (size == 0) return;
        var base = new long[bytes.length];
        for (int k = 0; k < inputs.length; k++) base[k] = bytes[k] == 0 ? 0 : in[k].address();
        base[inputs.length] = out.address();
        var flat = flat(in, out, size);
        if (flat != null && size <= grain) {
            tiers.choose(flat, size, size).run(base, flat, (int) size);
            return;
        }
        var nest = nest(in, out);
        var stride = nest.stride();
        var loop = tiers.choose(stride, nest.inner(), size);
        Workers.forRange(size, grain, (from, to) -> nest.run(base, from, to, (at, n) -> loop.run(at, stride, n)));
    }

    /// The strides of operands that are one run, or a number; null if one is neither.
    private long @Nullable [] flat(Operand[] in, Operand out, long size) {
        var stride = new long[bytes.length];
        for (int k = 0; k < bytes.length; k++) {
            if (bytes[k] == 0) continue;
            var x = k < in.length ? in[k] : out;
            if (x.isContiguous()) stride[k] = bytes[k];
            else if (k == in.length || !isNumber(x)) return null;
        }
        return stride;
    }

    private static boolean isNumber(Operand x) {
        for (long stride : x.strides()) if (stride != 0) return false;
        return true;
    }

    private Nest nest(Operand[] in, Operand out) {
        var dims = new long[out.rank()];
        var strides = new long[dims.length][bytes.length];
        for (int a = 0; a < dims.length; a++) {
            dims[a] = out.dim(a);
            for (int k = 0; k < inputs.length; k++) strides[a][k] = bytes[k] == 0 ? 0 : in[k].strides()[a] * bytes[k];
            strides[a][inputs.length] = out.strides()[a] * bytes[inputs.length];
        }
        return new Nest(dims, strides, bytes);
    }
}
