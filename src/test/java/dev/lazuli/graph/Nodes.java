package dev.lazuli.graph;

import dev.lazuli.compiler.Evaluator;
import dev.lazuli.cpu.Elements;
import dev.lazuli.memory.Pool;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;

import java.lang.ref.Reference;
import java.util.List;

/// Nodes in memory and their elements as doubles; a complex one counts as two.
public final class Nodes {
    private Nodes() {}

    public static Node of(double[] values, Shape shape, Dtype dtype) {
        var buffer = Pool.allocate("test", shape.size() * dtype.bytes());
        int parts = parts(dtype);
        for (int i = 0; i < values.length; i++)
            Elements.putDouble(part(dtype), buffer.address() + (long) i * dtype.bytes() / parts, values[i]);
        return Node.of(Pool.keep(buffer), Layout.of(shape), dtype);
    }

    public static double[] values(Node x) {
        Evaluator.eval(List.of(x));
        var ready = (Node.Ready) x.state();
        int parts = parts(x.dtype());
        var values = new double[Math.toIntExact(x.shape().size() * parts)];
        for (int i = 0; i < values.length; i++) {
            long at = ready.layout().offset();
            int rest = i / parts;
            for (int axis = x.rank() - 1; axis >= 0; axis--) {
                at += rest % x.dim(axis) * ready.layout().stride(axis);
                rest /= x.dim(axis);
            }
            long address = ready.buffer().address() + at * x.dtype().bytes() + i % parts * (x.dtype().bytes() / parts);
            values[i] = Elements.getDouble(part(x.dtype()), address);
        }
        Reference.reachabilityFence(ready);
        return values;
    }

    static Dtype part(Dtype dtype) { return dtype.isComplex() ? Dtype.FLOAT32 : dtype; }

    static int parts(Dtype dtype) { return dtype.isComplex() ? 2 : 1; }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }
}
