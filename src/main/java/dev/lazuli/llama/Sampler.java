package dev.lazuli.llama;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// How the next token is chosen from the logarithms of all tokens' probabilities.
@FunctionalInterface
public interface Sampler {
    /// The token chosen.
    ///
    /// @param logProbabilities natural logarithms, one a token of the vocabulary; not to be changed
    int sample(float[] logProbabilities);

    /// The most likely token.
    static Sampler greedy() {
        return p -> {
            int best = 0;
            for (int i = 1; i < p.length; i++) if (p[i] > p[best]) best = i;
            return best;
        };
    }

    /// A token at random among the most likely ones that hold a share `p` of the probability.
    static Sampler topP(double p) { return of(1, p, 0, 0, System.nanoTime()); }

    /// As mlx-lm: keeps what `topP`, then `minP`, then `topK` leave, and draws at a temperature; 0 means greedy.
    ///
    /// @param topP share of the probability to keep; 1, or 0, keeps all
    /// @param topK tokens to keep; 0 keeps all
    /// @param minP least share of the best token's probability; 0 keeps all
    static Sampler of(double temperature, double topP, int topK, double minP, long seed) {
        if (!(temperature >= 0) || !(topP >= 0 && topP <= 1) || topK < 0 || !(minP >= 0 && minP <= 1))
            throw new IllegalArgumentException("sampler: expected temperature and top-k of at least 0, top-p and min-p "
                + "of 0 to 1, got " + temperature + ", " + topK + ", " + topP + ", " + minP);
        return temperature == 0 ? greedy() : new Random(temperature, topP, topK, minP, seed);
    }

    /// A draw among the tokens that the limits leave.
    final class Random implements Sampler {
        private final double temperature;
        private final double topP;
        private final int topK;
        private final double minP;
        private final RandomGenerator random;

        Random(double temperature, double topP, int topK, double minP, long seed) {
            this.temperature = temperature;
            this.topP = topP;
            this.topK = topK;
            this.minP = minP;
            this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        }

        @Override public int sample(float[] logProbabilities) {
            var order = sorted(logProbabilities);
            int kept = kept(logProbabilities, order);
            double best = logProbabilities[order[0]];
            var weights = new double[kept];
            double sum = 0;
            for (int i = 0; i < kept; i++)
                sum += weights[i] = Math.exp((logProbabilities[order[i]] - best) / temperature);
            double at = random.nextDouble() * sum;
            for (int i = 0; i < kept; i++) if ((at -= weights[i]) < 0) return order[i];
            return order[kept - 1];
        }

        private int kept(float[] p, int[] order) {
            int kept = p.length;
            if (topP > 0 && topP < 1) {
                double sum = 0;
                int i = 0;
                while (i < kept && sum < topP) sum += Math.exp(p[order[i++]]);
                kept = Math.max(1, i);
            }
            if (minP > 0) {
                double least = p[order[0]] + Math.log(minP);
                int i = 1;
                while (i < kept && p[order[i]] >= least) i++;
                kept = i;
            }
            return topK > 0 ? Math.min(kept, topK) : kept;
        }

        // By falling probability: the bits of a float, made to sort as an integer, with the token below them.
        private static int[] sorted(float[] p) {
            var keys = new long[p.length];
            for (int i = 0; i < keys.length; i++) {
                int bits = Float.floatToRawIntBits(p[i]);
                int rising = bits < 0 ? ~bits : bits | 0x80000000;
                keys[i] = (~(rising & 0xFFFFFFFFL) & 0xFFFFFFFFL) << 32 | i;
            }
            var signed = keys;
            for (int i = 0; i < signed.length; i++) signed[i] ^= Long.MIN_VALUE;
            Arrays.sort(signed);
            var order = new int[p.length];
            for (int i = 0; i < order.length; i++) order[i] = (int) signed[i];
            return order;
        }
    }
}
