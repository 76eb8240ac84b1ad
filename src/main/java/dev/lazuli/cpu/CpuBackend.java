package dev.lazuli.cpu;

import dev.lazuli.backend.Backend;
import dev.lazuli.backend.Kernel;
import dev.lazuli.backend.Operand;
import dev.lazuli.graph.ArgReduce;
import dev.lazuli.graph.ArgSort;
import dev.lazuli.graph.Attention;
import dev.lazuli.graph.AttentionGradient;
import dev.lazuli.graph.Bits;
import dev.lazuli.graph.BlockMatMul;
import dev.lazuli.graph.Call;
import dev.lazuli.graph.Composite;
import dev.lazuli.graph.Concatenate;
import dev.lazuli.graph.Factorisation;
import dev.lazuli.graph.Fill;
import dev.lazuli.graph.Fourier;
import dev.lazuli.graph.Gather;
import dev.lazuli.graph.Hole;
import dev.lazuli.graph.Iota;
import dev.lazuli.graph.LayerNorm;
import dev.lazuli.graph.LogSumExp;
import dev.lazuli.graph.MatMul;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Pinv;
import dev.lazuli.graph.Primitive;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.QuantizedMatMul;
import dev.lazuli.graph.Reduce;
import dev.lazuli.graph.RmsNorm;
import dev.lazuli.graph.Rope;
import dev.lazuli.graph.Scalar;
import dev.lazuli.graph.Scan;
import dev.lazuli.graph.Scatter;
import dev.lazuli.graph.SliceUpdate;
import dev.lazuli.graph.Softmax;
import dev.lazuli.graph.Sort;
import dev.lazuli.graph.Solve;
import dev.lazuli.graph.Structure;
import dev.lazuli.graph.TriangularSolve;
import dev.lazuli.graph.View;
import dev.lazuli.memory.Pool;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Layout;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The processor: which operations it has kernels for, and which kernel serves which.
public final class CpuBackend implements Backend {
    private final Provider provider;
    private final Rows rows;
    private final dev.lazuli.cpu.Rope rope;
    private final FlashAttention attention;
    private final FlashGradient gradient;
    private final dev.lazuli.cpu.Fourier fourier;

    public CpuBackend() { this(Provider.chosen()); }

    public CpuBackend(Provider provider) {
        this.provider = provider;
        rows = new Rows(provider);
        rope = new dev.lazuli.cpu.Rope(provider);
        attention = new FlashAttention(provider);
        gradient = new FlashGradient(provider);
        fourier = new dev.lazuli.cpu.Fourier(provider);
    }

    @Override public String name() { return "cpu"; }

    @Override public boolean claims(Composite composite, Node out) {
        return switch (composite) {
            case Softmax op -> true;
            case LogSumExp op -> true;
            case RmsNorm op -> true;
            case LayerNorm op -> true;
            case Rope op -> true;
            case Attention op -> true;
            case AttentionGradient op -> out.dtype().bytes() <= 4;
            case QuantizedMatMul op -> out.dtype().bytes() <= 4;
            case BlockMatMul op -> out.dtype().bytes() <= 4;
            case Sort op -> true;
            case Call op -> false;
            case Pinv op -> false;
        };
    }

    @Override public Kernel kernel(Primitive primitive) {
        return switch (primitive) {
            case Structure structure -> structure(structure);
            case Composite composite -> composite(composite);
            case Scalar scalar -> throw new AssertionError(scalar + " is fused");
        };
    }

    private Kernel structure(Structure structure) {
        return switch (structure) {
            case Iota op -> CpuBackend::count;
            case Concatenate op -> (in, out) -> concatenate(op, in, out);
            case SliceUpdate op -> (in, out) -> {
                begin(in[0], out);
                copy(in[1], part(out, op.region(Layout.of(out.shape()))));
            };
            case Gather op -> (in, out) -> Indexing.gather(in[0], in[1], op.axis() + out.rank(), out);
            case Scatter op -> (in, out) -> {
                begin(in[0], out);
                Indexing.scatter(out, in[1], op.axis() + out.rank(), in[2], update(op.fold()));
            };
            case ArgReduce op -> (in, out) -> {
                if (op.largest()) Ordering.argmax(in[0], out);
                else Ordering.argmin(in[0], out);
            };
            case ArgSort op -> (in, out) -> Ordering.argsort(in[0], out);
            case Scan op -> (in, out) -> Scans.run(op.fold(), in[0], out);
            case Bits op -> (in, out) -> Threefry.run(provider.bits(), in[0], out);
            case MatMul op -> (in, out) -> Gemm.run(provider, in[0], in[1], out);
            case Fourier op -> (in, out) -> fourier.run(op.kind(), in[0], op.length(), (float) op.scale(), out);
            case Solve op -> (in, out) -> Elimination.solve(in[0], in[1], out);
            case TriangularSolve op -> (in, out) -> Elimination.triangular(in[0], in[1], op.upper(), out);
            case Factorisation op -> Factors.kernel(op);
            case Fill op -> throw new AssertionError("constants are written");
            case View op -> throw new AssertionError("views are shown");
            case Reduce op -> throw new AssertionError("reductions are fused");
            case Hole op -> throw new AssertionError("holes are refused");
        };
    }

    private Kernel composite(Composite composite) {
        return switch (composite) {
            case Softmax op -> (in, out) -> rows.softmax(in[0], out);
            case LogSumExp op -> (in, out) -> rows.logsumexp(in[0], out);
            case RmsNorm op -> perBatch(1, 1, (in, out) ->
                rows.rmsNorm(in[0], in.length > 1 ? row(in[1], 1) : null, (float) op.eps(), out));
            case LayerNorm op -> perBatch(1, 1, (in, out) -> rows.layerNorm(in[0], op.weighted() ? row(in[1], 1) : null,
                op.biased() ? row(in[in.length - 1], 1) : null, (float) op.eps(), out));
            case Rope op -> perBatch(2, 1, (in, out) ->
                rope.run(in[0], op.dims(), op.traditional(), op.base(), op.scale(), in[1],
                    in.length > 2 ? row(in[2], 1) : null, out));
            case Attention op -> perBatch(op.sunk() ? in -> in.length - 1 : in -> in.length, 1, (in, out) ->
                attention.run(in[0], in[1], in[2], (float) op.scale(), op.causal(), op.masked() ? in[3] : null,
                    op.sunk() ? row(in[in.length - 1], 1) : null, out));
            case AttentionGradient op -> (in, out) -> {
                var a = op.attention();
                gradient.run(in[0], in[1], in[2], (float) a.scale(), a.causal(), a.masked() ? in[3] : null,
                    in[in.length - 2], in[in.length - 1], out);
            };
            case QuantizedMatMul op -> {
                var product = new QuantizedMatmul(provider, op.format());
                yield (in, out) -> dense(1, in, (x, y) -> product.run(x, op.transpose(), y), out);
            }
            case BlockMatMul op -> {
                var product = new BlockMatmul(provider, op.format());
                yield (in, out) -> dense(1, in, (x, y) -> product.run(x[0], x[1], y), out);
            }
            case Sort op -> (in, out) -> Ordering.sort(in[0], out);
            case Call op -> throw new AssertionError("functions are decomposed");
            case Pinv op -> throw new AssertionError("decomposed");
        };
    }

    /// Which of the inputs, from a number on, a kernel takes once for all leading axes.
    private interface First { int of(Operand[] in); }

    private static Kernel perBatch(int first, int axes, Kernel kernel) { return perBatch(in -> first, axes, kernel); }

    // Kernels take one weight for all rows: where weights differ along a leading axis, they run once for each entry.
    private static Kernel perBatch(First first, int axes, Kernel kernel) {
        return (in, out) -> batch(first.of(in), axes, kernel, in, out);
    }

    private static void batch(int first, int axes, Kernel kernel, Operand[] in, Operand out) {
        boolean shared = true;
        for (int i = first; i < in.length; i++)
            for (int axis = 0; axis < in[i].rank() - axes; axis++)
                shared &= in[i].stride(axis) == 0 || in[i].dim(axis) == 1;
        if (shared) {
            kernel.run(in, out);
            return;
        }
        for (int i = 0; i < out.dim(0); i++) {
            var inputs = new Operand[in.length];
            for (int j = 0; j < in.length; j++) inputs[j] = entry(in[j], i);
            batch(first, axes, kernel, inputs, entry(out, i));
        }
    }

    // Packed words are read in order: a view that lies otherwise is copied first.
    private void dense(int first, Operand[] in, Kernel kernel, Operand out) {
        for (int i = first; i < in.length; i++) {
            var x = in[i];
            if (x.stride(-1) == 1 || x.dim(-1) <= 1) continue;
            var buffer = Pool.allocate("contiguous", x.shape().size() * x.dtype().bytes());
            try {
                var inputs = in.clone();
                inputs[i] = new Operand(x.dtype(), x.shape(), Layout.of(x.shape()).strides(), buffer.address());
                copy(x, inputs[i]);
                dense(i + 1, inputs, kernel, out);
            } finally {
                Pool.release(buffer);
            }
            return;
        }
        kernel.run(in, out);
    }

    private static Operand entry(Operand x, int index) {
        return new Operand(x.dtype(), x.shape().without(0), java.util.Arrays.copyOfRange(x.strides(), 1, x.rank()),
            x.address() + index * x.stride(0) * x.dtype().bytes());
    }

    /// The first row of an operand whose leading axes are all the same memory.
    private static Operand row(Operand x, int axes) {
        int lead = x.rank() - axes;
        return new Operand(x.dtype(), x.shape().range(lead, x.rank()),
            java.util.Arrays.copyOfRange(x.strides(), lead, x.rank()), x.address());
    }

    private static Indexing.Update update(@Nullable Scalar fold) {
        return fold == null ? Indexing.Update.SET : Indexing.Update.valueOf(fold.name());
    }

    // The result may already lie over the input.
    private void begin(Operand from, Operand out) {
        if (from.address() != out.address() || !from.isContiguous()) copy(from, out);
    }

    private void concatenate(Concatenate op, Operand[] in, Operand out) {
        long at = out.address();
        for (var x : in) {
            if (x.shape().size() > 0) copy(x, new Operand(out.dtype(), x.shape(), out.strides(), at));
            at += x.dim(op.axis()) * out.stride(op.axis()) * out.dtype().bytes();
        }
    }

    private static Operand part(Operand whole, Layout region) {
        return new Operand(whole.dtype(), region.shape(), region.strides(),
            whole.address() + region.offset() * whole.dtype().bytes());
    }

    private static void count(Operand[] in, Operand out) {
        for (int i = 0; i < out.dim(0); i++) Ram.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, out.address() + 4L * i, i);
    }

    @Override public Kernel map(Program program) { return Loops.map(program); }

    @Override public Kernel reduce(Program program, Scalar fold, Ints axes) {
        return Loops.reduce(program, fold, axes);
    }

    @Override public void copy(Operand from, Operand to) {
        if (from.shape().size() > 0) Copies.copy(from, to);
    }
}
