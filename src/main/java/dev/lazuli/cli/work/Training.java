package dev.lazuli.cli.work;

import dev.lazuli.Array;
import dev.lazuli.Gradient;
import dev.lazuli.Lazuli;
import dev.lazuli.Tree;
import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Steps of training a [Transformer] with [AdamW]: loss, gradient and update of a fresh batch.
public final class Training implements Workload {
    private static final int FALL_STEPS = 12;
    private static final double NUDGE = 1e-4;

    private final Transformer.Shape shape;
    private final SplittableRandom random;
    private final AdamW optimizer = new AdamW(1e-3, 0.9, 0.999, 1e-8, 0.01);
    private AdamW.State<Transformer> state;

    public Training(SplittableRandom random, Transformer.Shape shape) {
        this.shape = shape;
        this.random = random;
        state = AdamW.State.of(Transformer.random(shape, random));
    }

    @Override public Cost cost() {
        int tokens = shape.batch() * shape.context();
        return new Cost(0, 6.0 * state.model().multiplied() * tokens, tokens);
    }

    @Override public void run() { step(batch()); }

    private double step(Transformer.Batch batch) {
        var found = gradient(batch);
        state = optimizer.update(state, found.gradient());
        Lazuli.eval(found.value(), state);
        return found.value().item();
    }

    Gradient<Array, Transformer> gradient(Transformer.Batch batch) {
        return Lazuli.valueAndGrad((Transformer model) -> model.loss(batch)).apply(state.model());
    }

    // A rule that can be learned: most tokens follow from the one before.
    Transformer.Batch batch() {
        int count = shape.batch() * shape.context();
        var input = new int[count];
        var next = new int[count];
        for (int i = 0; i < count; i++) {
            input[i] = i % shape.context() == 0 ? random.nextInt(shape.vocabulary()) : next[i - 1];
            next[i] = random.nextInt(10) == 0
                ? random.nextInt(shape.vocabulary()) : (5 * input[i] + 7) % shape.vocabulary();
        }
        return new Transformer.Batch(Lazuli.array(input, shape.batch(), shape.context()),
            Lazuli.array(next, shape.batch(), shape.context()));
    }

    @Override public void check() {
        checkFall();
        var batch = batch();
        var gradient = gradient(batch).gradient();
        Lazuli.eval(gradient);
        checkGradient(batch, gradient);
        checkUpdate(batch, gradient);
    }

    private void checkFall() {
        double first = step(batch());
        WrongResult.unless(first, Math.log(shape.vocabulary()), 1.5, "the loss of an untrained model");
        double last = first;
        for (int i = 0; i < FALL_STEPS; i++) last = step(batch());
        WrongResult.unless(last < first - 0.1, "the loss is wrong: expected it to fall below " + first
            + " by more than 0.1, got " + last);
    }

    /// In every array, the largest slope against the difference of two losses in `float64`.
    void checkGradient(Transformer.Batch batch, Transformer gradient) {
        var weights = Tree.leaves(state.model().to(Dtype.FLOAT64));
        var slopes = Tree.leaves(gradient);
        var paths = Tree.flatten(gradient).sequencedKeySet().stream().toList();
        for (int i : random.ints(0, weights.size()).distinct().limit(Math.min(8, weights.size())).toArray()) {
            float[] all = slopes.get(i).toFloatArray();
            int steepest = 0;
            for (int at = 0; at < all.length; at++) if (Math.abs(all[at]) > Math.abs(all[steepest])) steepest = at;
            double up = nudged(weights, i, steepest, NUDGE, batch);
            double down = nudged(weights, i, steepest, -NUDGE, batch);
            double slope = (up - down) / (2 * NUDGE);
            WrongResult.unless(all[steepest], slope, 1e-3 * Math.abs(slope) + 1e-7,
                "the gradient of " + paths.get(i) + " at " + steepest);
        }
    }

    private double nudged(List<Array> weights, int leaf, int at, double by, Transformer.Batch batch) {
        var moved = new ArrayList<>(weights);
        double[] values = weights.get(leaf).toDoubleArray();
        values[at] += by;
        moved.set(leaf, Lazuli.array(values, weights.get(leaf).shape().dims()));
        return Tree.with(state.model(), moved).loss(batch).item();
    }

    void checkUpdate(Transformer.Batch batch, Transformer gradient) {
        var before = state;
        step(batch);
        for (int i = 0; i < Tree.leaves(gradient).size(); i++) {
            float[] slopes = Tree.leaves(gradient).get(i).toFloatArray();
            float[] old = Tree.leaves(before.model()).get(i).toFloatArray();
            float[] means = Tree.leaves(before.mean()).get(i).toFloatArray();
            float[] squares = Tree.leaves(before.square()).get(i).toFloatArray();
            float[] got = Tree.leaves(state.model()).get(i).toFloatArray();
            for (int sample = 0; sample < 16; sample++) {
                int at = random.nextInt(got.length);
                double expected = optimizer.moved(old[at], means[at], squares[at], slopes[at], state.step());
                WrongResult.unless(got[at], expected, 1e-6 * Math.abs(expected) + 1e-3 * optimizer.rate(),
                    "a weight after a step of AdamW");
            }
        }
    }
}
