package dev.lazuli.compiler;

import static dev.lazuli.type.Dtype.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.lazuli.GgmlBlocks;
import dev.lazuli.Jvm;
import dev.lazuli.backend.Backend;
import dev.lazuli.backend.Kernel;
import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.AffineFormat;
import dev.lazuli.graph.BlockMatMul;
import dev.lazuli.graph.Composite;
import dev.lazuli.graph.Concatenate;
import dev.lazuli.graph.Example;
import dev.lazuli.graph.MatMul;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Nodes;
import dev.lazuli.graph.Packed;
import dev.lazuli.graph.Primitive;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.QuantizedMatMul;
import dev.lazuli.graph.Reduce;
import dev.lazuli.graph.Scalar;
import dev.lazuli.graph.View;
import dev.lazuli.graph.Vmap;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Device;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Quantization;
import dev.lazuli.type.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// In steady state no kernel allocates more than a few objects, however much it computes.
///
/// That is up to C2, and what C2 does to when it compiles what. So kernels run on one thread of JVMs of their own, in
/// which it compiles as soon as it is asked: what a kernel allocates is the same each time, on a busy machine too. They
/// have what this JVM has, vectors or plain Java, and the flags of the README. All kernels run in two processes, each
/// after the others: a vector is boxed most likely where others have used the Vector API in other ways before.
class AllocationTest {
    /// Of each kernel, at least; and elements of a row, no whole number of vectors.
    private static final int ROWS = 1024;
    private static final int WIDTH = 18;

    /// Lines of a matrix, and numbers of each.
    private static final int LINES = 512;
    private static final int DEPTH = 512;

    /// Bytes of a call, for what it is made of: operands and strides of each part, the function that threads share. An
    /// object for each row would be four times as many, a boxed vector for each line of a matrix ten times.
    private static final long LIMIT = 4096;

    /// Where matrices differ along a batch, each product is a call of its own.
    private static final long LIMIT_OF_PRODUCT = 512;

    /// Calls after which a program's vector class does all of its work; the last, if it goes on to allocate.
    private static final int WARM = 16;
    private static final int LAST = 1000;

    /// Kernels in which C2 boxes vectors after many others have run in the process; a process in which they box none
    /// counts as any other. Where they do, their test is skipped with the figure.
    ///
    /// @param most bytes of a call
    private record Boxed(String kernels, long most, String what) {}

    private static final List<Boxed> BOXED = List.of(
        new Boxed("reduce .* of float16: .*", 6_000_000, "a vector for each row that is widened and folded"),
        new Boxed("quantizedMatmul of floats.* of float64: map .*", 17_700_000, "a vector of numbers made double"),
        new Boxed("sort of .*: sort .*", 60_000, "no vector: the JDK's sort notes two places where it divides a row"));

    private static final int PROCESSES = 2;
    private static final String END = "all kernels have run";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<Dtype> FLOATS = Arrays.stream(Dtype.values()).filter(Dtype::isFloat).toList();

    private record Case(String name, Supplier<Node> graph) {}

    @TestFactory Stream<DynamicTest> kernelsAllocateNothingInSteadyState() {
        assumeTrue(Jvm.hasC2(), "without C2 what a kernel allocates is not removed");
        var outputs = IntStream.range(0, PROCESSES)
            .mapToObj(p -> CompletableFuture.supplyAsync(() -> output(p), command -> new Thread(command).start()))
            .toList();
        return outputs.stream().flatMap(output -> tests(output.join()));
    }

    /// A test for each line, and one that there are all.
    private static Stream<DynamicTest> tests(String output) {
        var lines = output.lines().toList();
        var kernels = lines.stream().filter(line -> line.indexOf('\t') > 0).map(line -> {
            var part = line.split("\t");
            return DynamicTest.dynamicTest(part[0],
                () -> check(part[0], Long.parseLong(part[1]), Long.parseLong(part[2])));
        });
        var end = DynamicTest.dynamicTest("all kernels have run", () ->
            assertTrue(lines.size() > 100 && lines.getLast().equals(END), output));
        return Stream.concat(kernels, Stream.of(end));
    }

    private static void check(String kernel, long allocated, long limit) {
        if (allocated <= limit) return;
        var message = kernel + ": allocates " + allocated + " bytes a call, expected at most " + limit;
        for (var known : BOXED)
            assumeFalse(allocated <= known.most() && kernel.matches(known.kernels()),
                message + "; boxed is " + known.what());
        fail(message);
    }

    private static String output(int process) {
        try {
            return Jvm.run(AllocationTest.class, Jvm.hasVectors(), "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+IncrementalInlineForceCleanup", "-Xbatch", "-Dlazuli.threads=1", "-Dprocess=" + process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Prints a line for each kernel of this process's share: what it is, the bytes it allocates, the limit.
    public static void main(String[] args) {
        var cases = new AllocationTest().cases();
        for (int i = Integer.getInteger("process"); i < cases.size(); i += PROCESSES) measure(cases.get(i));
        System.out.println(END);
    }

    private final Random random = new Random(1);
    private final List<Case> cases = new ArrayList<>();

    private List<Case> cases() {
        for (var e : Example.all(WIDTH)) example(e, FLOAT32);
        for (var type : Dtype.values())
            for (var e : Example.all(WIDTH))
                if (type != FLOAT32 && (!(e.op() instanceof Scalar) || e.op() == Scalar.ADD)) example(e, type);
        casts();
        reductions();
        products();
        return cases;
    }

    // ---- what runs ---------------------------------------------------------------------------------------------

    private void add(String name, Supplier<Node> graph) { cases.add(new Case(name, graph)); }

    /// An example with a batch of its first input.
    private void example(Example e, Dtype type) {
        add(e + " of " + type, () -> {
            var in = e.inputs().stream().map(i -> node(i, i.shape(), type)).toList();
            var y = e.f().apply(in);
            if (in.isEmpty()) return y;
            var first = e.inputs().getFirst();
            y = Vmap.apply(List.of(y), List.of(in.getFirst()),
                List.of(node(first, first.shape().insert(0, ROWS), type)), ROWS).getFirst();
            return e.op() instanceof View ? Concatenate.of(List.of(y, y), 0) : y;
        });
    }

    private void casts() {
        for (var from : Dtype.values())
            for (var to : Dtype.values())
                add("cast of " + from + " to " + to, () -> random(from, ROWS, 5 * WIDTH).to(to));
    }

    private void reductions() {
        for (var fold : Example.all(1).stream().map(Example::op).filter(op -> op instanceof Reduce)
                .map(op -> ((Reduce) op).fold()).distinct().toList())
            for (int[] axes : new int[][] {{0}, {1}, {0, 1}})
                add("reduce " + fold + " " + Arrays.toString(axes),
                    () -> Reduce.of(fold, random(FLOAT32, ROWS, 15 * WIDTH), false, axes));
    }

    /// One row of x, some that read packed lines a few times, and many, by matrices in every format.
    private void products() {
        for (int m : new int[] {1, 5, 33, 200}) {
            for (var type : FLOATS) {
                add(m + " rows by " + type,
                    () -> random(type, m, DEPTH).matmul(random(type, LINES, DEPTH).transpose()));
                add(m + " rows by columns of " + type,
                    () -> random(type, m, DEPTH).matmul(random(type, DEPTH, LINES)));
            }
            for (var format : BlockFormat.values())
                add(m + " rows by " + format,
                    () -> BlockMatMul.of(format, random(FLOAT32, m, DEPTH), blocks(format)));
            for (var format : Quantization.all())
                if (AffineFormat.supports(format)) for (var type : FLOATS) packed(m, format, type);
        }
        for (int m : new int[] {1, 5, 33, 200})
            for (var format : Quantization.all()) if (!AffineFormat.supports(format)) packed(m, format, FLOAT32);
    }

    private void packed(int m, Quantization format, Dtype type) {
        add(m + " rows by " + format + " of " + type, () -> {
            var w = Packed.quantize(format, random(type, LINES, DEPTH), null);
            return QuantizedMatMul.of(random(type, m, DEPTH), w, true);
        });
    }

    private Node blocks(BlockFormat format) {
        int count = DEPTH / format.elements();
        var bytes = GgmlBlocks.random(format, LINES * count, random);
        return Nodes.of(IntStream.range(0, bytes.length).mapToDouble(i -> bytes[i] & 0xFF).toArray(),
            Shape.of(LINES, count * format.bytes()), Dtype.UINT8);
    }

    private Node random(Dtype type, int... dims) {
        return node(new Example.Input(Shape.of(dims), Dtype.FLOAT64, 0.5, 2), Shape.of(dims), type);
    }

    private Node node(Example.Input in, Shape shape, Dtype type) {
        var dtype = in.dtype() == Dtype.FLOAT64 ? type : in.dtype();
        return Nodes.of(in.values(random, shape.size() * (dtype.isComplex() ? 2 : 1)), shape, dtype);
    }

    // ---- how it is measured ------------------------------------------------------------------------------------

    private static void measure(Case c) {
        Node node;
        try {
            node = c.graph().get();
        } catch (IllegalArgumentException e) {
            return; // not defined for this type
        }
        var backend = new Weighing(c.name(), Backends.of(Device.CPU));
        var capture = new Capture(List.of(node), backend);
        new Run(Planner.plan(capture, backend), capture, backend, Set.of()).run();
    }

    /// Runs each kernel until it is warm, then until it allocates as little as it should.
    private record Weighing(String what, Backend backend) implements Backend {
        private Kernel weighed(String label, Kernel kernel) {
            return (in, out) -> {
                long limit = label.equals("matmul") ? Math.max(LIMIT, LIMIT_OF_PRODUCT * products(in, out)) : LIMIT;
                long least = Long.MAX_VALUE;
                for (int i = 0; i < LAST && least > limit; i++) {
                    long before = THREADS.getTotalThreadAllocatedBytes();
                    kernel.run(in, out);
                    if (i >= WARM) least = Math.min(least, THREADS.getTotalThreadAllocatedBytes() - before);
                }
                System.out.printf("%s: %s into %s\t%d\t%d%n", what, label, out.shape(), least, limit);
            };
        }

        /// Matrices that differ along a batch, or do not lie one after the other, are products of their own.
        private static long products(Operand[] in, Operand out) {
            return out.rank() > 2 && (in[1].stride(0) != 0 || !in[0].isContiguous()) ? out.dim(0) : 1;
        }

        @Override public String name() { return backend.name(); }

        @Override public boolean claims(Composite op, Node out) { return backend.claims(op, out); }

        @Override public Kernel kernel(Primitive op) { return weighed(op.label(), backend.kernel(op)); }

        @Override public Kernel map(Program program) { return weighed("map", backend.map(program)); }

        @Override public Kernel reduce(Program program, Scalar fold, Ints axes) {
            return weighed("reduce", backend.reduce(program, fold, axes));
        }

        @Override public void copy(Operand from, Operand to) {
            weighed("copy", (in, out) -> backend.copy(in[0], out)).run(new Operand[] {from}, to);
        }
    }
}
