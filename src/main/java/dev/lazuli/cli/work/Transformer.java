package dev.lazuli.cli.work;

import static dev.lazuli.Lazuli.logsumexp;
import static dev.lazuli.Lazuli.mean;
import static dev.lazuli.Lazuli.take;
import static dev.lazuli.Lazuli.takeAlongAxis;

import dev.lazuli.Array;
import dev.lazuli.Fast;
import dev.lazuli.Lazuli;
import dev.lazuli.Tree;
import dev.lazuli.type.Dtype;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// A causal decoder as in GPT-2, its output matrix the table of tokens: plain functions over a record of arrays.
///
/// @param tokens (vocabulary, width)
/// @param positions (context, width)
public record Transformer(Array tokens, Array positions, List<Block> blocks, Norm norm, int heads) {
    private static final double EPS = 1e-5;

    /// The sizes of a model and of a batch of sequences it is trained on.
    public record Shape(int layers, int width, int heads, int hidden, int vocabulary, int batch, int context) {}

    public record Norm(Array weight, Array bias) {
        static Norm of(int width) {
            return new Norm(Data.evaluated(Lazuli.ones(width)), Data.evaluated(Lazuli.zeros(width)));
        }

        Array apply(Array x) { return Fast.layerNorm(x, weight, bias, EPS); }
    }

    /// Matrices are (in, out).
    public record Block(Norm before, Array query, Array key, Array value, Array output, Norm between, Array up,
                        Array down) {
        static Block random(Shape s, SplittableRandom random) {
            return new Block(Norm.of(s.width), matrix(random, s.width, s.width), matrix(random, s.width, s.width),
                matrix(random, s.width, s.width), matrix(random, s.width, s.width), Norm.of(s.width),
                matrix(random, s.width, s.hidden), matrix(random, s.hidden, s.width));
        }

        Array apply(Array x, int heads) {
            var h = before.apply(x);
            var seen = Fast.scaledDotProductAttention(split(h.matmul(query), heads), split(h.matmul(key), heads),
                split(h.matmul(value), heads), 1 / Math.sqrt((double) x.dim(-1) / heads), true);
            var y = x.add(seen.transpose(0, 2, 1, 3).reshape(x.shape()).matmul(output));
            return y.add(gelu(between.apply(y).matmul(up)).matmul(down));
        }

        private static Array split(Array x, int heads) {
            return x.reshape(x.dim(0), x.dim(1), heads, -1).transpose(0, 2, 1, 3);
        }

        private static Array gelu(Array x) { return x.mul(Lazuli.erf(x.mul(Math.sqrt(0.5))).add(1)).mul(0.5); }
    }

    static Transformer random(Shape s, SplittableRandom random) {
        return new Transformer(matrix(random, s.vocabulary, s.width), matrix(random, s.context, s.width),
            Stream.generate(() -> Block.random(s, random)).limit(s.layers).toList(), Norm.of(s.width), s.heads);
    }

    private static Array matrix(SplittableRandom random, int in, int out) {
        return Data.uniform(random, Math.sqrt(3.0 / Math.max(in, out)), in, out);
    }

    /// The scores of the next token, (batch, positions, vocabulary), of integers (batch, positions).
    Array scores(Array input) {
        var x = take(tokens, input, 0).add(positions);
        for (var block : blocks) x = block.apply(x, heads);
        return norm.apply(x).matmul(tokens.T());
    }

    /// The mean cross-entropy of the tokens that really came next.
    Array loss(Batch batch) {
        var scores = scores(batch.input);
        var right = takeAlongAxis(scores, batch.next.reshape(batch.next.dim(0), -1, 1), -1);
        return mean(logsumexp(scores, true, -1).sub(right));
    }

    /// Tokens (batch, positions), and those that follow each.
    record Batch(Array input, Array next) {}

    /// Parameters that are multiplied: positions and norms are left out.
    long multiplied() {
        return Tree.leaves(this).stream().filter(x -> x.rank() == 2 && x != positions).mapToLong(Array::size).sum();
    }

    Transformer to(Dtype type) { return Tree.map(this, x -> x.to(type)); }
}
