package dev.lazuli.graph;

import static dev.lazuli.graph.Nodes.dot;
import static dev.lazuli.graph.Nodes.values;
import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every declared operation keeps: its derivatives are those of its values, and batching is a loop.
class LawsTest {
    private final Random random = new Random(7);

    static List<Example> examples() { return Example.all(); }

    static Stream<Example> smooth() {
        return examples().stream().filter(e -> !e.inputs().isEmpty() && differentiable(e));
    }

    static Stream<Example> batched() { return examples().stream().filter(e -> !e.inputs().isEmpty()); }

    static Stream<Example> complex() {
        return examples().stream().filter(e -> e.linear() || e.op() instanceof Scalar op && op.isComplex()
            && op != Scalar.COMPLEX && op != Scalar.SELECT);
    }

    private static boolean differentiable(Example e) {
        return e.inputs().getFirst().dtype().isInexact() && e.f().apply(e.inputs().stream()
            .map(i -> Hole.of("test", i.shape(), i.dtype())).toList()).dtype().isInexact() || e.op() == Scalar.SELECT;
    }

    private static void leaves(Class<?> type, List<Class<?>> into) {
        if (type.isSealed() && type.isInterface()) for (var c : type.getPermittedSubclasses()) leaves(c, into);
        else into.add(type);
    }

    @Test void everyDeclarationHasAnExample() {
        var declared = new ArrayList<Class<?>>();
        leaves(Primitive.class, declared);
        var shown = new HashSet<Class<?>>(List.of(Hole.class)); // a hole has no value: vmap fills it in every test here
        for (var e : examples()) shown.add(e.op() instanceof Scalar ? Scalar.class : e.op().getClass());
        declared.removeAll(shown);
        assertEquals(List.of(), declared, "add an Example of each");
    }

    // ---- a point, and what happens there -----------------------------------------------------------------------

    private List<double[]> point(Example e) {
        return e.inputs().stream().map(i -> i.values(random, i.dtype())).toList();
    }

    private static List<Node> nodes(Example e, List<double[]> point) {
        return IntStream.range(0, point.size())
            .mapToObj(i -> Nodes.of(point.get(i), e.inputs().get(i).shape(), e.inputs().get(i).dtype())).toList();
    }

    private Node noise(Node like) {
        return Nodes.of(random.doubles(like.shape().size() * Nodes.parts(like.dtype()), -1, 1).toArray(), like.shape(),
            like.dtype());
    }

    private static List<Node> vjp(Example e, List<Node> in, Node ct) {
        var ends = in.stream().map(x -> Node.of(new Identity(), List.of(x), x.shape(), x.dtype())).toList();
        var found = Autodiff.vjp(List.of(e.f().apply(ends)), List.of(ct), ends);
        return IntStream.range(0, in.size()).mapToObj(i -> found.get(i) == null ? in.get(i).zero() : found.get(i))
            .toList();
    }

    private static Node jvp(Example e, List<Node> in, List<Node> tangents) {
        var ends = in.stream().map(x -> Node.of(new Identity(), List.of(x), x.shape(), x.dtype())).toList();
        var y = e.f().apply(ends);
        var found = Autodiff.jvp(List.of(y), ends, tangents).getFirst();
        return found == null ? y.zero() : found;
    }

    private List<Node> tangents(List<Node> in) {
        return in.stream().map(x -> x.dtype().isInexact() ? noise(x) : null).toList();
    }

    private static List<double[]> moved(List<double[]> point, int input, int element, double by) {
        var to = new ArrayList<>(point);
        to.set(input, point.get(input).clone());
        to.get(input)[element] += by;
        return to;
    }

    private static List<double[]> moved(List<double[]> point, List<Node> tangents, double by) {
        var to = new ArrayList<double[]>();
        for (int i = 0; i < point.size(); i++) {
            var x = point.get(i).clone();
            if (tangents.get(i) != null) {
                var t = values(tangents.get(i));
                for (int j = 0; j < x.length; j++) x[j] += by * t[j];
            }
            to.add(x);
        }
        return to;
    }

    private static void assertNear(double want, double got, double tolerance, String what) {
        assertTrue(Math.abs(want - got) <= tolerance * (1 + Math.abs(want)),
            () -> what + ": expected " + want + ", got " + got);
    }

    private static double tolerance(Example e) { return e.step() > 1e-3 ? 2e-4 : 1e-6; }

    // ---- derivatives -------------------------------------------------------------------------------------------

    @ParameterizedTest @MethodSource("smooth")
    void vjpIsTheSlopeOfTheValues(Example e) {
        var point = point(e);
        var in = nodes(e, point);
        var ct = noise(e.f().apply(in));
        var gradients = vjp(e, in, ct);
        for (int i = 0; i < in.size(); i++) {
            if (!in.get(i).dtype().isInexact()) continue;
            assertEquals(in.get(i).shape(), gradients.get(i).shape());
            assertEquals(in.get(i).dtype(), gradients.get(i).dtype());
            var gradient = values(gradients.get(i));
            for (int j = 0; j < gradient.length; j++) {
                double up = dot(values(ct), values(e.f().apply(nodes(e, moved(point, i, j, e.step())))));
                double down = dot(values(ct), values(e.f().apply(nodes(e, moved(point, i, j, -e.step())))));
                assertNear((up - down) / (2 * e.step()), gradient[j], tolerance(e), e + ", input " + i + "[" + j + "]");
            }
        }
    }

    @ParameterizedTest @MethodSource("smooth")
    void jvpIsTheTransposeOfVjp(Example e) {
        var in = nodes(e, point(e));
        var ct = noise(e.f().apply(in));
        var t = tangents(in);
        var gradients = vjp(e, in, ct);
        double want = 0;
        for (int i = 0; i < in.size(); i++)
            if (t.get(i) != null) want += dot(values(gradients.get(i)), values(t.get(i)));
        var tangent = jvp(e, in, t);
        assertEquals(e.f().apply(in).shape(), tangent.shape());
        assertEquals(e.f().apply(in).dtype(), tangent.dtype());
        assertNear(want, dot(values(ct), values(tangent)), tolerance(e), e.name());
    }

    @ParameterizedTest @MethodSource("smooth")
    void theSlopeOfTheGradientIsTheSecondDerivative(Example e) {
        var point = point(e);
        var in = nodes(e, point);
        var ct = noise(e.f().apply(in));
        var weights = tangents(in);
        var t = tangents(in);
        var ends = in.stream().map(x -> Node.of(new Identity(), List.of(x), x.shape(), x.dtype())).toList();
        var second = Autodiff.vjp(List.of(slope(e, ends, ct, weights)), List.of(Node.constant(1, Dtype.FLOAT64)), ends);
        double got = 0;
        for (int i = 0; i < in.size(); i++)
            if (second.get(i) != null && t.get(i) != null) got += dot(values(second.get(i)), values(t.get(i)));
        double up = values(slope(e, nodes(e, moved(point, t, e.step())), ct, weights))[0];
        double down = values(slope(e, nodes(e, moved(point, t, -e.step())), ct, weights))[0];
        assertNear((up - down) / (2 * e.step()), got, 10 * tolerance(e), e.name());
    }

    // A scalar in which the gradient stands: its own gradient is the second derivative.
    private static Node slope(Example e, List<Node> in, Node ct, List<Node> weights) {
        var gradients = vjp(e, in, ct);
        var sum = Node.constant(0, Dtype.FLOAT64);
        for (int i = 0; i < in.size(); i++)
            if (weights.get(i) != null)
                sum = sum.add(gradients.get(i).mul(weights.get(i)).sum(false).to(Dtype.FLOAT64));
        return sum;
    }

    @ParameterizedTest @MethodSource("complex")
    void complexDerivativesAgree(Example e) {
        var as = e.inputs().stream().map(i -> i.dtype().isInexact()
            ? new Example.Input(i.shape(), Dtype.COMPLEX64, Math.max(-0.7, i.low()),
                i.low() < 0.9 ? Math.min(0.9, i.high()) : i.high()) : i).toList();
        var it = new Example(e.name(), e.op(), as, 1e-2, e.linear(), e.f());
        var point = point(it);
        var in = nodes(it, point);
        var y = it.f().apply(in);
        if (!y.dtype().isInexact() || e.op() == Scalar.SIGN) return;
        var ct = noise(y);
        var t = tangents(in);
        var gradients = vjp(it, in, ct);
        double back = 0;
        for (int i = 0; i < in.size(); i++)
            if (t.get(i) != null) back += dot(values(gradients.get(i)), values(t.get(i)));
        double forth = dot(values(ct), values(jvp(it, in, t)));
        assertNear(forth, back, 1e-3, e + ", jvp against vjp");
        double up = dot(values(ct), values(it.f().apply(nodes(it, moved(point, t, it.step())))));
        double down = dot(values(ct), values(it.f().apply(nodes(it, moved(point, t, -it.step())))));
        assertNear((up - down) / (2 * it.step()), forth, 2e-2, e + ", against differences");
    }

    // ---- batching ----------------------------------------------------------------------------------------------

    @ParameterizedTest @MethodSource("batched")
    void vmapIsALoop(Example e) {
        for (int only = -1; only < e.inputs().size(); only++) assertLoop(e, only, false);
    }

    @ParameterizedTest @MethodSource("smooth")
    void vmapOfTheGradientIsALoop(Example e) {
        for (int only = -1; only < e.inputs().size(); only++) assertLoop(e, only, true);
    }

    private void assertLoop(Example e, int only, boolean gradient) {
        int size = 3;
        var entries = new ArrayList<List<Node>>();
        for (int i = 0; i < size; i++) entries.add(nodes(e, point(e)));
        var ends = new ArrayList<Node>();
        var given = new ArrayList<Node>();
        var in = new ArrayList<>(entries.getFirst());
        for (int i = 0; i < in.size(); i++) {
            if (only >= 0 && only != i) {
                for (int b = 1; b < size; b++) {
                    entries.set(b, new ArrayList<>(entries.get(b)));
                    entries.get(b).set(i, in.get(i));
                }
                continue;
            }
            int input = i;
            given.add(Concatenate.of(entries.stream().map(entry -> entry.get(input).expand(0)).toList(), 0));
            in.set(i, Hole.of("test", in.get(i).shape(), in.get(i).dtype()));
            ends.add(in.get(i));
        }
        var ct = noise(e.f().apply(entries.getFirst()));
        var roots = gradient ? vjp(e, in, ct) : List.of(e.f().apply(in));
        var got = Vmap.apply(roots, ends, given, size);
        for (int r = 0; r < roots.size(); r++) {
            assertEquals(roots.get(r).shape().insert(0, size), got.get(r).shape());
            assertEquals(roots.get(r).dtype(), got.get(r).dtype());
            var all = values(got.get(r));
            for (int b = 0; b < size; b++) {
                var want = values((gradient ? vjp(e, entries.get(b), ct) : List.of(e.f().apply(entries.get(b))))
                    .get(r));
                for (int j = 0; j < want.length; j++)
                    assertNear(want[j], all[b * want.length + j], tolerance(e),
                        e + " of entry " + b + "[" + j + "], batched " + only);
            }
        }
    }

    // ---- kernels and types -------------------------------------------------------------------------------------

    @ParameterizedTest @MethodSource("batched")
    void kernelsComputeTheMeaning(Example e) {
        var in = nodes(e, point(e));
        var y = e.f().apply(in);
        if (!(y.history().op() instanceof Composite composite)) return;
        var want = values(composite.decompose(y.history().inputs()));
        var got = values(y);
        for (int i = 0; i < want.length; i++) assertNear(want[i], got[i], 1e-5, e.name());
    }

    @ParameterizedTest @MethodSource("rows")
    void aRowTakesEachTypeOrSaysThatItDoesNot(Scalar op) {
        for (var dtype : Dtype.values()) {
            var in = new Node[op.arity()];
            for (int i = 0; i < in.length; i++) {
                var values = new double[2 * Nodes.parts(dtype)];
                for (int j = 0; j < values.length; j++) values[j] = (i + j) % 2;
                in[i] = Nodes.of(values, Shape.of(2), dtype);
            }
            Node y;
            try {
                y = op == Scalar.CAST ? Scalar.cast(in[0], Dtype.FLOAT32) : op.of(in);
            } catch (IllegalArgumentException refused) {
                assertEquals(op.label() + ": not defined for " + dtype, refused.getMessage());
                continue;
            }
            assertEquals(2 * Nodes.parts(y.dtype()), values(y).length, op + " " + dtype);
        }
    }

    static Scalar[] rows() { return Scalar.values(); }
}
