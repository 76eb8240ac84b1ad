package dev.lazuli;

import static dev.lazuli.Lazuli.concatenate;
import static dev.lazuli.Lazuli.flip;
import static dev.lazuli.Lazuli.pad;
import static dev.lazuli.Lazuli.zeros;

import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Convolution over any number of axes: x (N, …, C) with a kernel (O, …, C / groups).
///
/// Patches of x are views, put side by side for one matrix product; where each channel has a kernel of its own, their
/// products are summed in one fused loop instead. Derivatives are those of views, products and sums.
record Convolution(Array x, Array kernel, int[] strides, int[] dilations, int groups) {

    static Array of(Array x, Array kernel, Convolving how) {
        int axes = x.rank() - 2;
        if (axes < 1 || kernel.rank() != x.rank())
            throw new IllegalArgumentException("conv: expected x (N, ..., C) and a kernel (O, ..., C / groups), got "
                + x.shape() + " and " + kernel.shape());
        int groups = how.groups();
        if (groups < 1 || x.dim(-1) != groups * kernel.dim(-1) || kernel.dim(0) % groups != 0)
            throw new IllegalArgumentException("conv: channels do not fit in " + groups + " groups: x " + x.shape()
                + ", kernel " + kernel.shape());
        int[] strides = each("stride", how.stride(), axes, 1), dilations = each("dilation", how.dilation(), axes, 1);
        int[] inner = each("inputDilation", how.inputDilation(), axes, 1);
        int[] before = each("padding", how.before(), axes, Integer.MIN_VALUE);
        int[] after = each("padding", how.after(), axes, Integer.MIN_VALUE);
        if (how.flip()) kernel = flip(kernel, IntStream.rangeClosed(1, axes).toArray());
        var type = x.dtype().promote(kernel.dtype()).toInexact();
        var framed = frame(apart(x.to(type), inner), before, after);
        for (int i = 1; i <= axes; i++)
            if (kernel.dim(i) == 0 || framed.dim(i) < (kernel.dim(i) - 1) * dilations[i - 1] + 1)
                throw new IllegalArgumentException("conv: kernel " + kernel.shape() + " with dilation "
                    + Arrays.toString(dilations) + " does not fit into " + framed.shape() + ", padding included");
        return new Convolution(framed, kernel.to(type), strides, dilations, groups).result();
    }

    /// The transpose of a convolution: zeros between the elements instead of strides.
    static Array transposed(Array x, Array kernel, Convolving how, int... outputPadding) {
        int axes = x.rank() - 2;
        var before = new int[Math.max(0, axes)];
        var after = new int[before.length];
        for (int i = 0; i < axes; i++) {
            int dilation = how.dilation()[how.dilation().length == 1 ? 0 : i];
            before[i] = dilation * (kernel.dim(i + 1) - 1) - how.before()[how.before().length == 1 ? 0 : i];
            after[i] = before[i]
                + (outputPadding.length == 0 ? 0 : outputPadding[outputPadding.length == 1 ? 0 : i]);
        }
        return of(x, kernel, new Convolving(new int[] {1}, before, after, how.dilation(), how.stride(),
            how.groups(), true));
    }

    /// Two vectors, one of them turned round.
    static Array of(Array a, Array b, Overlap overlap) {
        if (a.rank() != 1 || b.rank() != 1 || a.size() == 0 || b.size() == 0)
            throw new IllegalArgumentException("convolve: expected two vectors with elements, got " + a.shape()
                + " and " + b.shape());
        if (a.size() < b.size()) return of(b, a, overlap);
        int n = b.dim(0);
        int before = overlap == Overlap.VALID ? 0 : overlap == Overlap.SAME ? n / 2 : n - 1;
        int after = overlap == Overlap.VALID ? 0 : overlap == Overlap.SAME ? n - 1 - n / 2 : n - 1;
        return Lazuli.flatten(of(a.reshape(1, -1, 1), b.reshape(1, -1, 1), new Convolving(new int[] {1},
            new int[] {before}, new int[] {after}, new int[] {1}, new int[] {1}, 1, true)));
    }

    private static int[] each(String name, int[] given, int axes, int least) {
        var all = given.length == 1 ? IntStream.range(0, axes).map(i -> given[0]).toArray() : given;
        if (all.length != axes || IntStream.of(all).anyMatch(n -> n < least))
            throw new IllegalArgumentException("conv: expected " + name + " for " + axes + " axes"
                + (least == 1 ? " of at least 1" : "") + ", got " + Arrays.toString(given));
        return all;
    }

    /// Zeros between the elements.
    private static Array apart(Array x, int[] inner) {
        if (IntStream.of(inner).allMatch(d -> d == 1)) return x;
        var shape = x.shape();
        var places = new Index[x.rank()];
        Arrays.fill(places, Index.all());
        for (int i = 0; i < inner.length; i++) {
            shape = shape.with(i + 1, Math.max(0, (x.dim(i + 1) - 1) * inner[i] + 1));
            places[i + 1] = Index.every(inner[i]);
        }
        return zeros(x.dtype(), shape.dims()).at(places).set(x);
    }

    /// Zeros around, or where a width is negative, less than all.
    private static Array frame(Array x, int[] before, int[] after) {
        var widths = new int[x.rank()][2];
        var kept = new Index[x.rank()];
        Arrays.fill(kept, Index.all());
        for (int i = 0; i < before.length; i++) {
            widths[i + 1] = new int[] {Math.max(0, before[i]), Math.max(0, after[i])};
            kept[i + 1] = Index.range(Math.max(0, -before[i]), x.dim(i + 1) - Math.max(0, -after[i]));
        }
        return pad(x.get(kept), widths, 0);
    }

    private Array result() {
        int axes = strides.length, inputs = kernel.dim(-1), outputs = kernel.dim(0) / groups;
        var out = IntStream.range(0, axes)
            .map(i -> (x.dim(i + 1) - (kernel.dim(i + 1) - 1) * dilations[i] - 1) / strides[i] + 1).toArray();
        var kernelShape = kernel.shape().range(1, axes + 1);
        int count = Math.toIntExact(kernelShape.size());
        var patches = IntStream.range(0, count).mapToObj(k -> patch(offsets(k, kernelShape), out)).toList();
        if (inputs == 1 && outputs == 1) return weighted(patches, kernel.reshape(groups, count));
        var shape = Shape.of(x.dim(0)).concat(Shape.of(out));
        int rows = Math.toIntExact(shape.size());
        // (rows, count, groups, inputs) by (groups, outputs, count, inputs)
        var all = concatenate(patches, -1).reshape(rows, count, groups, inputs);
        var weights = kernel.reshape(groups, outputs, count * inputs);
        if (groups == 1)
            return all.reshape(rows, count * inputs).matmul(weights.reshape(outputs, count * inputs).transpose(1, 0))
                .reshape(shape.concat(Shape.of(outputs)));
        return all.transpose(2, 0, 1, 3).reshape(groups, rows, count * inputs).matmul(weights.transpose(0, 2, 1))
            .transpose(1, 0, 2).reshape(shape.concat(Shape.of(groups * outputs)));
    }

    private static int[] offsets(int k, Shape kernel) {
        var offsets = new int[kernel.rank()];
        for (int i = offsets.length - 1; i >= 0; i--) {
            offsets[i] = k % kernel.dim(i);
            k /= kernel.dim(i);
        }
        return offsets;
    }

    /// What one element of the kernel meets.
    private Array patch(int[] offsets, int[] out) {
        var places = new Index[x.rank()];
        Arrays.fill(places, Index.all());
        for (int i = 0; i < offsets.length; i++) {
            int from = offsets[i] * dilations[i];
            places[i + 1] = Index.range(from, from + (out[i] - 1) * strides[i] + 1, strides[i]);
        }
        return x.get(places);
    }

    private static Array weighted(List<Array> patches, Array weights) {
        var terms = new ArrayList<Array>();
        for (int k = 0; k < patches.size(); k++) terms.add(patches.get(k).mul(weights.get(Index.all(), Index.at(k))));
        return terms.stream().reduce(Array::add).orElseThrow();
    }
}
