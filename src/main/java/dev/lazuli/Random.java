package dev.lazuli;

import static dev.lazuli.Lazuli.*;

import dev.lazuli.graph.Bits;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Random numbers, for the same keys the same as MLX's: Threefry-2x32 with 20 rounds.
///
/// A key is an array of two `uint32`. Numbers drawn with a key are the same whenever and in whatever thread they are
/// computed; draws that are to be independent need keys of their own, from `split`. Where the key is left out or null,
/// one is split off the global key when the function is called, not when its result is computed. Any thread may do so:
/// no two draws get the same key, but which thread gets which is chance, so what several threads draw is the same in
/// each run only with explicit keys, or inside [#with]. Functions under `vmap` draw once for all entries, unless keys
/// are part of their argument.
///
/// Lengths left out mean one number, or as many as the arrays among the arguments ask for.
///
/// ```
/// Random.uniform(Random.key(0), 3)    // array([0.965321, 0.314682, 0.63303], dtype=float32)
/// ```
public final class Random {
    private static final AtomicLong STATE = new AtomicLong(System.currentTimeMillis());
    private static final ScopedValue<Sequence> SEQUENCE = ScopedValue.newInstance();

    /// A key that draws split, one after the other.
    private static final class Sequence {
        private final AtomicReference<Array> key;
        private final AtomicInteger draws = new AtomicInteger();

        Sequence(Array key) { this.key = new AtomicReference<>(key); }

        Array next() {
            draws.incrementAndGet();
            return key.getAndUpdate(k -> split(k).get(0));
        }
    }

    /// What a body returned, and how often it drew without a key.
    record Drawn<V>(V value, int draws) {}

    /// The largest `float32` below 1.
    private static final double BELOW_ONE = 0x1.fffffep-1;

    private Random() {}

    // ---- keys --------------------------------------------------------------------------------------------------

    /// Makes the global key that of a seed: what is drawn without a key from now on is the same each time.
    ///
    /// ```
    /// Random.seed(0);
    /// Random.uniform(2)    // array([0.576551, 0.299172], dtype=float32)
    /// ```
    public static void seed(long seed) { STATE.set(seed); }

    /// The key of a seed: its upper and lower 32 bits.
    ///
    /// ```
    /// Random.key(5)    // array([0, 5], dtype=uint32)
    /// ```
    public static Array key(long seed) {
        return array(MemorySegment.ofArray(new int[] {(int) (seed >>> 32), (int) seed}), Dtype.UINT32, 2);
    }

    /// The global key, to come back to with [#state(Array)].
    ///
    /// ```
    /// Random.seed(5);
    /// Random.state()    // array([0, 5], dtype=uint32)
    /// ```
    public static Array state() { return key(STATE.get()); }

    /// Makes a key the global one; its values are computed.
    public static void state(Array key) {
        check("state", key);
        var words = key.toIntArray();
        STATE.set(join(words[0], words[1]));
    }

    /// Two keys out of one, (2, 2); the one is used up.
    public static Array split(Array key) { return split(key, 2); }

    /// Keys out of one, (count, 2); the one is used up.
    ///
    /// ```
    /// Random.split(Random.key(0), 2)
    /// // array([[4146024105, 967050713],
    /// //        [2718843009, 1272950319]], dtype=uint32)
    /// ```
    public static Array split(Array key, int count) { return words("split", key, Dtype.UINT32, Shape.of(count, 2)); }

    /// What a body returns, whose draws without a key split this one instead of the global one: the same that they were
    /// after `seed` of the key's seed, in any thread, and as often as the result is computed.
    ///
    /// So a function that draws can be batched over keys: the key is part of its argument.
    ///
    /// ```
    /// var keys = Random.split(Random.key(0), 3);
    /// vmap((Array key) -> Random.with(key, () -> Random.normal(2))).apply(keys).shape()    // (3, 2)
    /// ```
    public static <V> V with(Array key, Supplier<V> body) {
        check("with", key);
        return drawn(key, body).value();
    }

    static <V> Drawn<V> drawn(Array key, Supplier<V> body) {
        var sequence = new Sequence(key);
        var value = ScopedValue.where(SEQUENCE, sequence).call(body::get);
        return new Drawn<>(value, sequence.draws.get());
    }

    /// The key as it is now, which moves on by so many draws.
    static Array skip(int draws) {
        if (!SEQUENCE.isBound())
            return key(STATE.getAndUpdate(state -> {
                for (int i = 0; i < draws; i++) state = half(state, 32);
                return state;
            }));
        var first = SEQUENCE.get().next();
        for (int i = 1; i < draws; i++) SEQUENCE.get().next();
        return first;
    }

    // A key is split as MLX splits it: one half stays, the other is used.
    private static Array next() {
        if (!SEQUENCE.isBound()) return key(half(STATE.getAndUpdate(state -> half(state, 32)), 0));
        return split(SEQUENCE.get().next()).get(1);
    }

    private static long half(long state, int shift) {
        int key0 = (int) (state >>> 32);
        int key1 = (int) state;
        return join((int) (Bits.hash(key0, key1, 0, 2) >>> shift), (int) (Bits.hash(key0, key1, 1, 3) >>> shift));
    }

    private static long join(int upper, int lower) { return (long) upper << 32 | lower & 0xFFFF_FFFFL; }

    // ---- bits --------------------------------------------------------------------------------------------------

    /// Random `uint32`, each as likely.
    public static Array bits(int... dims) { return bits(null, Dtype.UINT32, dims); }

    /// Random `uint32` of a key.
    ///
    /// ```
    /// Random.bits(Random.key(0), 2)    // array([928981903, 3453687069], dtype=uint32)
    /// ```
    public static Array bits(@Nullable Array key, int... dims) { return bits(key, Dtype.UINT32, dims); }

    /// Random `uint8`, `uint16` or `uint32`.
    public static Array bits(@Nullable Array key, Dtype dtype, int... dims) {
        return words("bits", key, dtype, Shape.of(dims));
    }

    private static Array words(String op, @Nullable Array key, Dtype dtype, Shape shape) {
        return Array.of(Bits.of(op, (key == null ? next() : key).node(), dtype, shape));
    }

    // ---- floats ------------------------------------------------------------------------------------------------

    /// Numbers from 0 up to, but not including, 1, as `float32`.
    public static Array uniform(int... dims) { return uniform(null, dims); }

    /// Numbers of a key from 0 up to, but not including, 1, as `float32`.
    public static Array uniform(@Nullable Array key, int... dims) { return uniform(key, 0, 1, Dtype.FLOAT32, dims); }

    /// Numbers from `low` up to, but not including, `high`.
    ///
    /// `float64` has 53 random bits, the other types those of one word, which is divided by 2³². Rounding after the
    /// product with `high - low`, as in MLX, may reach `high`.
    ///
    /// ```
    /// Random.uniform(Random.key(0), -1, 1, Dtype.FLOAT32, 2)    // array([-0.567409, 0.608248], dtype=float32)
    /// ```
    public static Array uniform(@Nullable Array key, Number low, Number high, Dtype dtype, int... dims) {
        return uniform(key, scalar(low, dtype), scalar(high, dtype), dtype, dims);
    }

    /// Numbers from `low` up to, but not including, `high`, which broadcast.
    public static Array uniform(@Nullable Array key, Array low, Array high, Dtype dtype, int... dims) {
        return uniform("uniform", key, low, high, dtype, dims);
    }

    private static Array uniform(String op, @Nullable Array key, Array low, Array high, Dtype dtype, int... dims) {
        if (!dtype.isFloat()) throw new IllegalArgumentException(op + ": expected a real float type, got " + dtype);
        var from = low.to(dtype);
        var range = rounded(high.to(dtype).sub(from));
        var share = share(op, key, dtype, shape(op, range.shape(), dims));
        return rounded(rounded(range.mul(share)).add(from));
    }

    // From 0 up to, but not including, 1.
    private static Array share(String op, @Nullable Array key, Dtype dtype, Shape shape) {
        if (dtype == Dtype.FLOAT64) {
            var pairs = words(op, key, Dtype.UINT32, shape.insert(-1, 2)).view(Dtype.UINT64).reshape(shape);
            return pairs.shiftRight(11).to(dtype).mul(0x1p-53);
        }
        double most = switch (dtype) {
            case FLOAT16 -> 0x1.ffcp-1;
            case BFLOAT16 -> 0x1.fep-1;
            default -> BELOW_ONE;
        };
        return minimum(words(op, key, Dtype.UINT32, shape).to(Dtype.FLOAT32).mul(0x1p-32), most).to(dtype);
    }

    // MLX rounds half types after each operation, kernels only where they are told to.
    private static Array rounded(Array x) { return x.dtype().bytes() > 2 ? x : x.to(Dtype.FLOAT32).to(x.dtype()); }

    /// Numbers from -1 to 1, neither included, as `float32`.
    private static Array open(String op, @Nullable Array key, Shape shape) {
        return uniform(op, key, scalar(-BELOW_ONE, Dtype.FLOAT32), scalar(1, Dtype.FLOAT32), Dtype.FLOAT32,
            shape.dims());
    }

    /// Normally distributed `float32` of mean 0 and deviation 1.
    public static Array normal(int... dims) { return normal(null, dims); }

    /// Normally distributed `float32` of a key, of mean 0 and deviation 1.
    ///
    /// ```
    /// Random.normal(Random.key(0), 2)    // array([-0.784766, 0.856445], dtype=float32)
    /// ```
    public static Array normal(@Nullable Array key, int... dims) { return normal(key, 0, 1, Dtype.FLOAT32, dims); }

    /// Normally distributed numbers of a mean and a deviation.
    ///
    /// Each is made of 32 random bits in `float32`, `float64` too. The two parts of `complex64` share the variance.
    public static Array normal(@Nullable Array key, Number mean, Number deviation, Dtype dtype, int... dims) {
        return normal(key, scalar(mean, dtype), scalar(deviation, dtype), dtype, dims);
    }

    /// Normally distributed numbers of means and deviations that broadcast.
    public static Array normal(@Nullable Array key, Array mean, Array deviation, Dtype dtype, int... dims) {
        if (!dtype.isInexact())
            throw new IllegalArgumentException("normal: expected a floating-point type, got " + dtype);
        var shape = shape("normal", mean.shape().broadcast("normal", deviation.shape()), dims);
        if (dtype.isComplex()) {
            var parts = erfinv(open("normal", key, shape.insert(-1, 2))).view(dtype).reshape(shape);
            return parts.mul(deviation.to(dtype)).add(mean.to(dtype));
        }
        var x = erfinv(open("normal", key, shape)).to(dtype);
        return x.mul(deviation.to(dtype).mul(Math.sqrt(2))).add(mean.to(dtype));
    }

    /// Normally distributed numbers, of mean 0 and deviation 1 before those outside `lower` and `upper` were left out.
    ///
    /// ```
    /// Random.truncatedNormal(Random.key(0), -1, 1, Dtype.FLOAT32, 2)    // array([-0.506315, 0.546452], dtype=float32)
    /// ```
    public static Array truncatedNormal(@Nullable Array key, Number lower, Number upper, Dtype dtype, int... dims) {
        return truncatedNormal(key, scalar(lower, dtype), scalar(upper, dtype), dtype, dims);
    }

    /// Normally distributed numbers between bounds that broadcast.
    public static Array truncatedNormal(@Nullable Array key, Array lower, Array upper, Dtype dtype, int... dims) {
        if (!dtype.isFloat())
            throw new IllegalArgumentException("truncatedNormal: expected a real float type, got " + dtype);
        var low = lower.to(dtype);
        var high = upper.to(dtype);
        double root = Math.sqrt(2);
        var share = uniform("truncatedNormal", key, erf(low.div(root)), erf(high.div(root)), dtype, dims);
        return maximum(minimum(high, erfinv(share).mul(root)), low);
    }

    /// Numbers of the standard Gumbel distribution, `-log(-log(u))`, as `float32`.
    public static Array gumbel(int... dims) { return gumbel(null, dims); }

    /// Numbers of a key of the standard Gumbel distribution, as `float32`.
    ///
    /// ```
    /// Random.gumbel(Random.key(0), 2)    // array([-0.425993, 1.52325], dtype=float32)
    /// ```
    public static Array gumbel(@Nullable Array key, int... dims) { return gumbel(key, Dtype.FLOAT32, dims); }

    /// Numbers of the standard Gumbel distribution.
    public static Array gumbel(@Nullable Array key, Dtype dtype, int... dims) {
        return log(log(uniform("gumbel", key, scalar(0), scalar(1), dtype, dims)).neg()).neg();
    }

    /// Numbers of the Laplace distribution of mean 0 and scale 1, as `float32`.
    public static Array laplace(int... dims) { return laplace(null, dims); }

    /// Numbers of a key of the Laplace distribution of mean 0 and scale 1, as `float32`.
    ///
    /// ```
    /// Random.laplace(Random.key(0), 2)    // array([0.837963, -0.937127], dtype=float32)
    /// ```
    public static Array laplace(@Nullable Array key, int... dims) { return laplace(key, 0, 1, Dtype.FLOAT32, dims); }

    /// Numbers of the Laplace distribution, whose density falls as `exp(-|x - mean| / scale)`.
    public static Array laplace(@Nullable Array key, Number mean, Number scale, Dtype dtype, int... dims) {
        if (!dtype.isFloat()) throw new IllegalArgumentException("laplace: expected a real float type, got " + dtype);
        var u = open("laplace", key, Shape.of(dims));
        return sign(u).mul(log1p(abs(u).neg())).to(dtype).mul(scale).add(mean);
    }

    /// Vectors of a joint normal distribution, (dims, n), as `float32`: each is a standard normal vector times the
    /// symmetric root of the covariance, plus the mean.
    ///
    /// ```
    /// Random.multivariateNormal(Random.key(0), zeros(2), eye(2), 3).shape()    // (3, 2)
    /// ```
    ///
    /// @param mean (…, n)
    /// @param covariance (…, n, n), symmetric, without negative eigenvalues
    public static Array multivariateNormal(@Nullable Array key, Array mean, Array covariance, int... dims) {
        if (mean.rank() < 1 || covariance.rank() < 2 || covariance.dim(-1) != mean.dim(-1)
            || covariance.dim(-2) != mean.dim(-1))
            throw new IllegalArgumentException("multivariateNormal: expected a mean (…, n) and a covariance (…, n, n), "
                + "got " + mean.shape() + " and " + covariance.shape());
        int n = mean.dim(-1);
        var batch = mean.shape().without(-1).broadcast("multivariateNormal",
            covariance.shape().range(0, covariance.rank() - 2));
        var shape = shape("multivariateNormal", batch, dims).insert(-1, n);
        var x = expandDims(normal(key, shape.dims()), -2);
        return mean.add(squeeze(x.matmul(root(covariance).to(Dtype.FLOAT32)), -2));
    }

    // The symmetric root by the coupled Newton-Schulz iteration: y nears it, z its inverse, after scaling. 40 steps
    // are enough for a ratio of 10^14. Unlike eigenvectors it has a derivative where eigenvalues are equal.
    private static Array root(Array covariance) {
        var a = covariance.to(Dtype.FLOAT64);
        var unit = eye(a.dim(-1), a.dim(-1), 0, Dtype.FLOAT64);
        var norm = sqrt(sum(square(a), true, -2, -1));
        var size = where(norm.eq(0), onesLike(norm), norm);
        var y = a.div(size);
        var z = unit;
        for (int i = 0; i < 40; i++) {
            var step = unit.mul(3).sub(z.matmul(y)).mul(0.5);
            y = y.matmul(step);
            z = step.matmul(z);
        }
        return y.mul(sqrt(size));
    }

    // ---- whole numbers and choices -----------------------------------------------------------------------------

    /// Integers from `low` up to, but not including, `high`, as `int32`.
    public static Array randint(int low, int high, int... dims) {
        return randint(null, low, high, Dtype.INT32, dims);
    }

    /// Integers from `low` up to, but not including, `high`.
    ///
    /// As in MLX they are `uniform` `float32`, rounded down: limits beyond 2²⁴ leave gaps.
    ///
    /// ```
    /// Random.randint(Random.key(0), 0, 10, Dtype.INT32, 4)    // array([9, 2, 6, 2], dtype=int32)
    /// ```
    public static Array randint(@Nullable Array key, Number low, Number high, Dtype dtype, int... dims) {
        return randint(key, scalar(low), scalar(high), dtype, dims);
    }

    /// Integers from `low` up to, but not including, `high`, which broadcast.
    public static Array randint(@Nullable Array key, Array low, Array high, Dtype dtype, int... dims) {
        if (dtype.isInexact()) throw new IllegalArgumentException("randint: expected an integer type, got " + dtype);
        var x = floor(uniform("randint", key, low, high, Dtype.FLOAT32, dims)).to(dtype);
        return maximum(minimum(x, high.sub(1).to(dtype)), low.to(dtype));
    }

    /// True with a probability, as `bool`.
    public static Array bernoulli(double p, int... dims) { return bernoulli(null, p, dims); }

    /// True with a probability, as `bool`; 0 is never and 1 always.
    ///
    /// ```
    /// Random.bernoulli(Random.key(0), 0.5, 4)    // array([False, True, False, True], dtype=bool)
    /// ```
    public static Array bernoulli(@Nullable Array key, double p, int... dims) {
        return bernoulli(key, scalar(p, Dtype.FLOAT32), dims);
    }

    /// True with probabilities that broadcast, as `bool`.
    public static Array bernoulli(@Nullable Array key, Array p, int... dims) {
        if (!p.dtype().isFloat())
            throw new IllegalArgumentException("bernoulli: expected probabilities of a float type, got " + p.dtype());
        var words = words("bernoulli", key, Dtype.UINT32, shape("bernoulli", p.shape(), dims));
        return words.lt(p.mul(scalar(0x1.000002p32, Dtype.FLOAT32))); // what is next above all words
    }

    /// Indices along the last axis, each as likely as the exponential of its logit.
    public static Array categorical(Array logits) { return categorical(null, logits, -1); }

    /// Indices along an axis, as `uint32`, each as likely as the exponential of its logit; `dims`, to which the other
    /// axes broadcast, is the shape of the result.
    ///
    /// Many draws of one distribution take memory for its length and for the draws, not for their product.
    ///
    /// ```
    /// Random.categorical(Random.key(0), log(array(0.1f, 0.9f)), -1, 6)    // array([1, 0, 1, 1, 1, 1], dtype=uint32)
    /// ```
    public static Array categorical(@Nullable Array key, Array logits, int axis, int... dims) {
        int a = logits.shape().axis("categorical", axis);
        return categorical(key, logits, a, shape("categorical", logits.shape().without(a), dims));
    }

    /// As many indices as asked for of each distribution, along a new last axis: MLX's `num_samples`.
    ///
    /// ```
    /// Random.categoricalSamples(Random.key(0), log(array(0.1f, 0.9f)), 0, 6)
    /// // array([1, 0, 1, 1, 1, 1], dtype=uint32)
    /// ```
    public static Array categoricalSamples(@Nullable Array key, Array logits, int axis, int count) {
        int a = logits.shape().axis("categoricalSamples", axis);
        return categorical(key, expandDims(logits, -1), a, logits.shape().without(a).insert(-1, count));
    }

    private static Array categorical(@Nullable Array key, Array logits, int axis, Shape shape) {
        int n = logits.dim(axis);
        if (n > 0 && logits.size() == n && shape.rank() > 0) {
            var sums = cumsum(weights(logits.reshape(n)), 0);
            var share = share("categorical", key, Dtype.FLOAT32, shape).to(Dtype.FLOAT64);
            return searchsorted(sums, share.mul(sums.get(-1)), true);
        }
        int at = axis + shape.rank() - logits.rank() + 1;
        return argmax(gumbel(key, shape.insert(at, n).dims()).add(logits), at);
    }

    // Where the largest logit is infinite, all that are have the same weight and the others none. In `float64` no sum
    // rounds a share up to its end.
    private static Array weights(Array logits) {
        var x = logits.to(Dtype.FLOAT64);
        var most = max(x, true);
        return where(isinf(most), x.eq(most).to(x.dtype()), exp(x.sub(most)));
    }

    /// The integers from 0 up to, but not including, n, in a random order, as `uint32`.
    public static Array permutation(int n) { return permutation(null, n); }

    /// The integers from 0 up to, but not including, n, in a random order, as `uint32`.
    ///
    /// ```
    /// Random.permutation(Random.key(0), 5)    // array([1, 2, 0, 4, 3], dtype=uint32)
    /// ```
    public static Array permutation(@Nullable Array key, int n) {
        return argsort(words("permutation", key, Dtype.UINT32, Shape.of(n)), 0);
    }

    /// The slices of x along an axis in a random order.
    public static Array permutation(@Nullable Array key, Array x, int axis) {
        int a = x.shape().axis("permutation", axis);
        return take(x, permutation(key, x.dim(a)), a);
    }

    // ---- arguments ---------------------------------------------------------------------------------------------

    /// The shape asked for, which must be one that the arguments' shape broadcasts to.
    private static Shape shape(String op, Shape arguments, int... dims) {
        if (dims.length == 0) return arguments;
        var shape = Shape.of(dims);
        if (!arguments.broadcast(op, shape).equals(shape))
            throw new IllegalArgumentException(op + ": arguments of shape " + arguments + " do not broadcast to "
                + shape);
        return shape;
    }

    private static void check(String op, Array key) { Bits.of(op, key.node(), Dtype.UINT32, Shape.SCALAR); }
}
