package dev.lazuli.cpu;

import static dev.lazuli.graph.Scalar.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.backend.Operand;
import dev.lazuli.cpu.Tiers.Tier;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.Program.Apply;
import dev.lazuli.graph.Program.Constant;
import dev.lazuli.graph.Program.Load;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Random programs, of exact operations, give the same bits in every tier.
class FusedProgramsTest {
    private static final Scalar[] EXACT = {ADD, SUB, MUL, DIV, MAX, MIN, EQ, NE, LT, LE, AND, OR, XOR, NOT,
        SHIFT_LEFT, SHIFT_RIGHT, NEG, ABS, SQRT, TRUNC, ROUND, SELECT, CAST};

    private static Program random(Random random, int length) {
        var types = IntStream.range(0, 3).mapToObj(i -> type(random)).toList();
        var steps = new ArrayList<Program.Step>();
        for (int i = 0; i < 3; i++) steps.add(new Load(i, types.get(i)));
        steps.add(new Constant(random.nextInt(9) - 2, types.get(random.nextInt(3))));
        while (steps.size() < length) {
            var op = EXACT[random.nextInt(EXACT.length)];
            int last = random.nextInt(steps.size());
            var type = steps.get(last).dtype();
            if (op == Scalar.CAST) {
                steps.add(new Apply(op, type(random), List.of(last)));
                continue;
            }
            if (op != Scalar.SELECT && (type.isFloat() ? op.real() == null : op.whole() == null)) continue;
            int other = pick(random, steps, type);
            if (op == Scalar.SELECT) {
                int condition = pick(random, steps, Dtype.BOOL);
                if (condition >= 0) steps.add(new Apply(op, type, List.of(condition, other, last)));
                continue;
            }
            var to = switch (op) { case EQ, NE, LT, LE -> Dtype.BOOL; default -> type; };
            steps.add(new Apply(op, to, op.arity() == 1 ? List.of(last) : List.of(other, last)));
        }
        return new Program(3, steps);
    }

    private static Dtype type(Random random) { return Programs.TYPES.get(random.nextInt(Programs.TYPES.size())); }

    private static int pick(Random random, List<Program.Step> steps, Dtype type) {
        var fit = IntStream.range(0, steps.size()).filter(i -> steps.get(i).dtype() == type).toArray();
        return fit.length == 0 ? -1 : fit[random.nextInt(fit.length)];
    }

    @Property(tries = 300) void tiersAgree(@ForAll long seed, @ForAll @IntRange(min = 5, max = 30) int length) {
        var random = new Random(seed);
        var program = random(random, length);
        var shape = Shape.of(3, 53);
        var in = IntStream.range(0, 3).mapToObj(i -> {
            var x = Programs.array(((Load) program.steps().get(i)).dtype(), shape, seed + i);
            return random.nextInt(4) == 0 ? Programs.view(x, shape, 0, 53, 0) : x;
        }).toArray(Operand[]::new);
        var results = Arrays.stream(Tier.values()).map(tier -> {
            var out = Programs.empty(program.dtype(), shape);
            new Mapping(program, tier).run(in, out);
            return Programs.values(out);
        }).toList();
        Programs.KEPT.clear();
        for (var tier : Tier.values())
            for (int i = 0; i < results.getFirst().length; i++)
                if (!Programs.near(program.dtype(), results.getFirst()[i], results.get(tier.ordinal())[i], 0))
                    fail(tier + " element " + i + ": " + results.get(tier.ordinal())[i] + " not "
                        + results.getFirst()[i] + "\n" + program);
    }
}
