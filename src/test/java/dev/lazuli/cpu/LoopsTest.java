package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Tiers.Tier;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.api.Test;

/// Every row on every type, in every tier: against [Value], which itself stands against plain Java.
class LoopsTest {
    private static final int LANES = 16;

    @AfterEach void release() { Programs.KEPT.clear(); }

    private static Operand[] inputs(Program program, Shape shape) {
        return IntStream.range(0, program.inputs())
            .mapToObj(i -> Programs.array(program.input(i), shape, 7 + i)).toArray(Operand[]::new);
    }

    private static long expected(Program program, long... x) {
        var last = Programs.last(program);
        var from = program.input(program.inputs() - 1);
        long y = switch (last.op()) {
            case CAST -> Value.cast(from, last.dtype(), x[0]);
            case SELECT -> x[0] != 0 ? x[1] : x[2];
            default -> Value.apply(last.op(), from, last.dtype(), x[0], x.length > 1 ? x[1] : 0);
        };
        return last.dtype().isFloat() ? Value.cast(Dtype.FLOAT64, last.dtype(), y) : y;
    }

    private static void check(Program program, Tier tier, Operand[] in, Operand out) {
        var values = Arrays.stream(in).map(Programs::values).toList();
        new Mapping(program, tier).run(in, out);
        var got = Programs.values(out);
        for (int i = 0; i < got.length; i++) {
            int at = i;
            var x = values.stream().mapToLong(v -> v[at]).toArray();
            long want = expected(program, x);
            if (!Programs.near(program.dtype(), got[i], want, tier == Tier.VECTOR ? 4 : 0))
                fail(tier + "\n" + program + "element " + i + " of " + out.shape() + ": " + Arrays.toString(
                    IntStream.range(0, x.length).mapToObj(k -> Programs.text(program.input(k), x[k])).toArray())
                    + " gave " + Programs.text(program.dtype(), got[i]) + ", expected "
                    + Programs.text(program.dtype(), want));
        }
    }

    @ParameterizedTest @EnumSource(Tier.class) void everyRowOnEveryTypeAndSize(Tier tier) {
        for (var program : Programs.rows())
            for (int n : tier == Tier.INTERPRETER ? new int[] {0, 1, 207}
                    : new int[] {0, 1, LANES - 1, LANES, LANES + 1, 207, 4098}) {
                var shape = Shape.of(n);
                check(program, tier, inputs(program, shape), Programs.empty(program.dtype(), shape));
            }
    }

    @ParameterizedTest @EnumSource(Tier.class) void anyStrides(Tier tier) {
        var shape = Shape.of(3, 5, 19);
        for (var program : Programs.rows()) {
            var op = Programs.last(program).op();
            if (!Set.of(Scalar.ADD, Scalar.SELECT, Scalar.LT, Scalar.EXP, Scalar.CAST).contains(op)) continue;
            var whole = inputs(program, Shape.of(6, 10, 38));
            for (var strides : List.of(new long[] {380, 38, 1}, new long[] {760, 76, 2}, new long[] {0, 0, 1},
                    new long[] {95, 19, 0}, new long[] {1, 3, 15}, new long[] {0, 0, 0})) {
                var in = Arrays.stream(whole).map(x -> Programs.view(x, shape, 0, strides)).toArray(Operand[]::new);
                check(program, tier, in, Programs.empty(program.dtype(), shape));
                in[0] = Programs.view(whole[0], shape, 2 * 95 + 4 * 19 + 18, -95, -19, -1);
                check(program, tier, in, Programs.empty(program.dtype(), shape));
                var pairs = Programs.empty(program.dtype(), Shape.of(2 * 3 * 5 * 19));
                check(program, tier, in, Programs.view(pairs, shape, 1, 190, 38, 2));
            }
        }
    }

    @ParameterizedTest @EnumSource(Tier.class) void theOutputMayBeAnInput(Tier tier) {
        for (var program : Programs.rows()) {
            if (program.input(0).bytes() != program.dtype().bytes()) continue;
            var in = inputs(program, Shape.of(333));
            var x = in[0];
            check(program, tier, in, new Operand(program.dtype(), x.shape(), x.strides(), x.address()));
        }
    }

    @Test void largeWorkIsSharedAndThePolicyEndsInTheFastestTier() {
        var b = new Program.Builder();
        var x = b.load(Dtype.FLOAT32);
        var program = b.build(Scalar.EXP.on(x).mul(x).add(x.like(1)));
        var shape = Shape.of(1 << 20);
        var in = Programs.array(Dtype.FLOAT32, shape, 1);
        for (int round = 0; round < 5; round++) {
            var out = Programs.empty(Dtype.FLOAT32, shape);
            Loops.map(program).run(new Operand[] {in}, out);
            var xs = Programs.values(in);
            var ys = Programs.values(out);
            for (int i = 0; i < xs.length; i++) {
                double v = Value.real(xs[i]);
                double y = (float) ((float) ((float) Math.exp(v) * v) + 1);
                assertTrue(Programs.near(Dtype.FLOAT32, ys[i], Value.of(y), 8),
                    v + ": " + Value.real(ys[i]) + " not " + y);
            }
        }
    }

    @Test void wrongTypesAreRefused() {
        var program = Programs.of(Scalar.ADD, Dtype.FLOAT32, Dtype.FLOAT32, Dtype.FLOAT32);
        var x = Programs.empty(Dtype.INT32, Shape.of(3));
        var e = assertThrows(IllegalArgumentException.class,
            () -> new Mapping(program, null).run(new Operand[] {x, x}, x));
        assertEquals("map: input 0 is int32, expected float32", e.getMessage());
    }

    @Test void equalProgramsShareAKernel() {
        assertSame(Loops.map(Programs.of(Scalar.EXP, Dtype.FLOAT32, Dtype.FLOAT32)),
            Loops.map(Programs.of(Scalar.EXP, Dtype.FLOAT32, Dtype.FLOAT32)));
    }
}
