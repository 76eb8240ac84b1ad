package dev.lazuli.cli.work;

import static dev.lazuli.Lazuli.sqrt;
import static dev.lazuli.Lazuli.square;

import dev.lazuli.Array;
import dev.lazuli.Lazuli;
import dev.lazuli.Tree;
import java.util.ArrayList;

/// Adam with decoupled weight decay, in plain array functions.
record AdamW(double rate, double beta1, double beta2, double eps, double decay) {
    /// A model in training, and the running means of its gradient and of the gradient's square.
    record State<T>(T model, T mean, T square, int step) {
        static <T> State<T> of(T model) {
            return new State<>(model, Tree.map(model, Lazuli::zerosLike), Tree.map(model, Lazuli::zerosLike), 0);
        }
    }

    <T> State<T> update(State<T> s, T gradient) {
        int step = s.step + 1;
        var weights = Tree.leaves(s.model);
        var means = new ArrayList<>(Tree.leaves(s.mean));
        var squares = new ArrayList<>(Tree.leaves(s.square));
        var gradients = Tree.leaves(gradient);
        for (int i = 0; i < weights.size(); i++) {
            means.set(i, means.get(i).mul(beta1).add(gradients.get(i).mul(1 - beta1)));
            squares.set(i, squares.get(i).mul(beta2).add(square(gradients.get(i)).mul(1 - beta2)));
            weights.set(i, moved(weights.get(i), means.get(i), squares.get(i), step));
        }
        return new State<>(Tree.with(s.model, weights), Tree.with(s.mean, means), Tree.with(s.square, squares), step);
    }

    private Array moved(Array weight, Array mean, Array square, int step) {
        var m = mean.div(1 - Math.pow(beta1, step));
        var v = square.div(1 - Math.pow(beta2, step));
        return weight.mul(1 - rate * decay).sub(m.mul(rate).div(sqrt(v).add(eps)));
    }

    /// The same for one number.
    double moved(double weight, double mean, double square, double gradient, int step) {
        double m = (beta1 * mean + (1 - beta1) * gradient) / (1 - Math.pow(beta1, step));
        double v = (beta2 * square + (1 - beta2) * gradient * gradient) / (1 - Math.pow(beta2, step));
        return weight - rate * (m / (Math.sqrt(v) + eps) + decay * weight);
    }
}
