package dev.lazuli.cli.work;

import dev.lazuli.llama.Llama;
import dev.lazuli.llama.LlamaConfig;
import dev.lazuli.nn.Layer;
import dev.lazuli.nn.RmsNorm;
import dev.lazuli.quantize.QuantizedEmbedding;
import dev.lazuli.quantize.QuantizedLinear;
import java.util.stream.IntStream;

/// A LLaMA with packed matrices in plain loops over `double`s: slow, and simple enough to be believed.
final class LlamaReference {
    private final Llama llama;
    private final LlamaConfig config;

    LlamaReference(Llama llama) {
        this.llama = llama;
        config = llama.config();
    }

    /// The scores of the token behind the last.
    double[] scores(int... tokens) {
        var table = (QuantizedEmbedding) llama.model().embedTokens();
        var x = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            int row = tokens[t];
            x[t] = PackedLine.of(table.weight().get(row), table.scales().get(row), table.biases().get(row),
                table.group(), table.bits());
        }
        for (var block : llama.model().layers()) {
            var attention = block.selfAttn();
            var h = normed(block.inputLayernorm(), x);
            var seen = attend(product(attention.qProj(), h), product(attention.kProj(), h),
                product(attention.vProj(), h));
            add(x, product(attention.oProj(), seen));
            h = normed(block.postAttentionLayernorm(), x);
            var gate = product(block.mlp().gateProj(), h);
            var up = product(block.mlp().upProj(), h);
            for (int t = 0; t < gate.length; t++)
                for (int i = 0; i < gate[t].length; i++) gate[t][i] *= up[t][i] / (1 + Math.exp(-gate[t][i]));
            add(x, product(block.mlp().downProj(), gate));
        }
        var last = normed(llama.model().norm(), new double[][] {x[x.length - 1]});
        return product(llama.lmHead(), last)[0];
    }

    private double[][] normed(RmsNorm norm, double[][] x) {
        double[] weight = norm.weight().toDoubleArray();
        var y = new double[x.length][weight.length];
        for (int t = 0; t < x.length; t++) {
            double sum = 0;
            for (double v : x[t]) sum += v * v;
            double scale = 1 / Math.sqrt(sum / weight.length + norm.eps());
            for (int i = 0; i < weight.length; i++) y[t][i] = x[t][i] * scale * weight[i];
        }
        return y;
    }

    private static void add(double[][] x, double[][] y) {
        for (int t = 0; t < x.length; t++) for (int i = 0; i < x[t].length; i++) x[t][i] += y[t][i];
    }

    private double[][] attend(double[][] q, double[][] k, double[][] v) {
        int size = config.headDim();
        var y = new double[q.length][q[0].length];
        for (int t = 0; t < q.length; t++) {
            turn(q[t], t);
            turn(k[t], t);
            for (int head = 0; head < config.heads(); head++) {
                int from = head * config.kvHeads() / config.heads() * size;
                double total = 0;
                for (int s = 0; s <= t; s++) {
                    double score = 0;
                    for (int i = 0; i < size; i++) score += q[t][head * size + i] * k[s][from + i];
                    double weight = Math.exp(score / Math.sqrt(size));
                    total += weight;
                    for (int i = 0; i < size; i++) y[t][head * size + i] += weight * v[s][from + i];
                }
                for (int i = 0; i < size; i++) y[t][head * size + i] /= total;
            }
        }
        return y;
    }

    private void turn(double[] x, int position) {
        int half = config.headDim() / 2;
        for (int at = 0; at < x.length; at += 2 * half) {
            for (int i = 0; i < half; i++) {
                double angle = position / Math.pow(config.rope().base(), (double) i / half);
                double a = x[at + i];
                double b = x[at + half + i];
                x[at + i] = a * Math.cos(angle) - b * Math.sin(angle);
                x[at + half + i] = a * Math.sin(angle) + b * Math.cos(angle);
            }
        }
    }

    private static double[][] product(Layer layer, double[][] x) {
        var w = (QuantizedLinear) layer;
        int[] words = w.weight().toIntArray();
        float[] scales = w.scales().toFloatArray();
        float[] biases = w.biases().toFloatArray();
        int out = w.weight().dim(0);
        var y = new double[x.length][out];
        IntStream.range(0, out).parallel().forEach(row -> {
            var line = PackedLine.of(words, scales, biases, row, w.scales().dim(1), w.group(), w.bits());
            for (int t = 0; t < x.length; t++) {
                double sum = 0;
                for (int i = 0; i < line.length; i++) sum += x[t][i] * line[i];
                y[t][row] = sum;
            }
        });
        return y;
    }
}
