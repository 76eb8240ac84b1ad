package dev.lazuli;

import dev.lazuli.compiler.Backends;
import dev.lazuli.compiler.Evaluator;
import dev.lazuli.graph.ArgReduce;
import dev.lazuli.graph.ArgSort;
import dev.lazuli.graph.BlockMatMul;
import dev.lazuli.graph.Concatenate;
import dev.lazuli.graph.Gather;
import dev.lazuli.graph.Iota;
import dev.lazuli.graph.LogSumExp;
import dev.lazuli.graph.MatMul;
import dev.lazuli.graph.Node;
import dev.lazuli.graph.Permute;
import dev.lazuli.graph.QuantizedMatMul;
import dev.lazuli.graph.Reduce;
import dev.lazuli.graph.Scalar;
import dev.lazuli.graph.Scan;
import dev.lazuli.graph.Scatter;
import dev.lazuli.graph.Slice;
import dev.lazuli.graph.SliceUpdate;
import dev.lazuli.graph.Softmax;
import dev.lazuli.graph.StopGradient;
import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Device;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Ints;
import dev.lazuli.type.Quantization;
import dev.lazuli.type.Shape;
import dev.lazuli.type.Stream;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Every function on arrays; meant for `import static dev.lazuli.Lazuli.*`.
///
/// Names are MLX's in camel case. All functions are lazy: they check shapes and types at once and compute nothing.
public final class Lazuli {
    /// π.
    public static final double PI = Math.PI;
    /// The base of the natural logarithm.
    public static final double E = Math.E;
    /// The limit of 1 + 1/2 + … + 1/n - ln n, Euler's γ.
    public static final double EULER_GAMMA = 0.57721566490153286061;
    /// Infinity.
    public static final double INF = Double.POSITIVE_INFINITY;
    /// Not a number.
    public static final double NAN = Double.NaN;

    private Lazuli() {}

    private static Array of(Node node) { return Array.of(node); }

    private static Array of(Scalar op, Array... x) {
        return of(op.of(Arrays.stream(x).map(Array::node).toArray(Node[]::new)));
    }

    private static Array number(Scalar op, Array x, Number b) { return of(op.of(x.node(), x.number(b))); }

    private static Array number(Scalar op, Number a, Array x) { return of(op.of(x.number(a), x.node())); }

    // ---- creation ----------------------------------------------------------------------------------------------

    /// A `float32` vector of the values, which are copied.
    public static Array array(float... values) { return Creation.of(values, Shape.of(values.length)); }

    /// A `float32` array of a shape, of values in row-major order, which are copied.
    public static Array array(float[] values, int... dims) { return Creation.of(values, Shape.of(dims)); }

    /// A `float64` vector of the values, which are copied.
    public static Array array(double... values) { return Creation.of(values, Shape.of(values.length)); }

    /// A `float64` array of a shape, of values in row-major order, which are copied.
    public static Array array(double[] values, int... dims) { return Creation.of(values, Shape.of(dims)); }

    /// A `int32` vector of the values, which are copied.
    public static Array array(int... values) { return Creation.of(values, Shape.of(values.length)); }

    /// A `int32` array of a shape, of values in row-major order, which are copied.
    public static Array array(int[] values, int... dims) { return Creation.of(values, Shape.of(dims)); }

    /// A `int64` vector of the values, which are copied.
    public static Array array(long... values) { return Creation.of(values, Shape.of(values.length)); }

    /// A `int64` array of a shape, of values in row-major order, which are copied.
    public static Array array(long[] values, int... dims) { return Creation.of(values, Shape.of(dims)); }

    /// A `int16` vector of the values, which are copied.
    public static Array array(short... values) { return Creation.of(values, Shape.of(values.length)); }

    /// A `int16` array of a shape, of values in row-major order, which are copied.
    public static Array array(short[] values, int... dims) { return Creation.of(values, Shape.of(dims)); }

    /// A `int8` vector of the values, which are copied.
    public static Array array(byte... values) { return Creation.of(values, Shape.of(values.length)); }

    /// A `int8` array of a shape, of values in row-major order, which are copied.
    public static Array array(byte[] values, int... dims) { return Creation.of(values, Shape.of(dims)); }

    /// A `bool` vector of the values, which are copied.
    public static Array array(boolean... values) { return Creation.of(values, Shape.of(values.length)); }

    /// A `bool` array of a shape, of values in row-major order, which are copied.
    public static Array array(boolean[] values, int... dims) { return Creation.of(values, Shape.of(dims)); }

    /// The numbers of arrays that lie in each other: `float[][]` gives `float32` of two axes, as for vectors.
    ///
    /// ```
    /// array(new int[][] {{1, 2}, {3, 4}})
    /// // array([[1, 2],
    /// //        [3, 4]], dtype=int32)
    /// ```
    ///
    /// @throws IllegalArgumentException if entries differ in length or type: `array: expected 2 entries at [1], got 3
    ///     entries of type int`
    public static Array array(Object[] nested) { return Nested.in(nested); }

    /// The numbers of lists that lie in each other, all of one type: `Double` gives `float64`, `Integer` `int32`,
    /// `BigInteger` `uint64`, and so on. Primitive arrays may lie in lists. An empty list is `float32`.
    ///
    /// ```
    /// array(List.of(List.of(1.5, 2.0)))          // array([[1.5, 2]], dtype=float64)
    /// array(List.of(new short[] {1, 2}))         // array([[1, 2]], dtype=int16)
    /// array(List.of(Dtype.UINT64.max()))         // array([18446744073709551615], dtype=uint64)
    /// ```
    ///
    /// @throws IllegalArgumentException if entries differ in length or type, or a `BigInteger` is no `uint64`
    public static Array array(List<?> nested) { return Nested.in(nested); }

    /// What is left of a buffer, in its type (bytes are `int8`) and order, row-major; without lengths, a vector.
    ///
    /// A direct buffer of the machine's byte order is not copied: the array keeps its memory alive, and its values must
    /// not change while the array is in use. Others are copied. Position and limit stay as they are. For other types:
    /// `array(MemorySegment.ofBuffer(bytes), Dtype.FLOAT16, 2, 3)`.
    ///
    /// ```
    /// array(java.nio.FloatBuffer.wrap(new float[] {1, 2}))    // array([1, 2], dtype=float32)
    /// ```
    ///
    /// @throws IllegalArgumentException if the shape takes more or fewer elements
    public static Array array(Buffer values, int... dims) { return Creation.of(values, dims); }

    /// The array that lies row-major in a segment, at any alignment.
    ///
    /// A native segment is not copied: the array keeps it reachable, so that memory of an automatic arena or a mapped
    /// file stays; whoever closes its arena, or writes to it, must have done with the array. An array on the Java heap
    /// is copied.
    ///
    /// @throws IllegalArgumentException if the segment has not as many bytes as the shape and type take
    public static Array array(MemorySegment segment, Dtype dtype, int... dims) {
        return Creation.of(segment, dtype, Shape.of(dims));
    }

    /// A scalar: `int32` or `int64`, whichever holds it, for whole numbers, `float32` for fractions, and `uint64` for a
    /// `BigInteger`.
    ///
    /// ```
    /// scalar(2.5)                  // array(2.5, dtype=float32)
    /// scalar(Dtype.UINT64.max())    // array(18446744073709551615, dtype=uint64)
    /// ```
    ///
    /// @throws IllegalArgumentException if a `BigInteger` is negative or above 2^64 - 1
    public static Array scalar(Number value) {
        if (value instanceof BigInteger big) return scalar(Nested.bits(big), Dtype.UINT64);
        return scalar(value, value instanceof Double || value instanceof Float ? Dtype.FLOAT32
            : value.longValue() == value.intValue() ? Dtype.INT32 : Dtype.INT64);
    }

    /// A scalar of a type; the value is cast to it.
    public static Array scalar(Number value, Dtype dtype) { return of(Node.constant(value, dtype)); }

    /// One value everywhere; it takes the memory of one element.
    ///
    /// ```
    /// full(7, Dtype.INT32, 3)    // array([7, 7, 7], dtype=int32)
    /// ```
    public static Array full(Number value, Dtype dtype, int... dims) {
        return of(Node.constant(value, dtype).broadcast(Shape.of(dims)));
    }

    /// An array repeated up to a shape.
    public static Array full(Array value, int... dims) { return value.broadcastTo(dims); }

    /// Zeros of type `float32`.
    ///
    /// ```
    /// zeros(3)    // array([0, 0, 0], dtype=float32)
    /// ```
    public static Array zeros(int... dims) { return full(0, Dtype.FLOAT32, dims); }

    /// Zeros of a type.
    public static Array zeros(Dtype dtype, int... dims) { return full(0, dtype, dims); }

    /// Ones of type `float32`.
    ///
    /// ```
    /// ones(Dtype.INT32, 3)    // array([1, 1, 1], dtype=int32)
    /// ```
    public static Array ones(int... dims) { return full(1, Dtype.FLOAT32, dims); }

    /// Ones of a type.
    public static Array ones(Dtype dtype, int... dims) { return full(1, dtype, dims); }

    /// Zeros of the shape and type of x.
    ///
    /// ```
    /// zerosLike(array(1, 2))    // array([0, 0], dtype=int32)
    /// ```
    public static Array zerosLike(Array x) { return of(x.node().zero()); }

    /// Ones of the shape and type of x.
    ///
    /// ```
    /// onesLike(array(1f, 2f))    // array([1, 1], dtype=float32)
    /// ```
    public static Array onesLike(Array x) { return of(x.node().one()); }

    /// One value everywhere, in the shape and type of x.
    ///
    /// ```
    /// fullLike(array(1f, 2f), 5)    // array([5, 5], dtype=float32)
    /// ```
    public static Array fullLike(Array x, Number value) {
        return of(Node.constant(value, x.dtype()).broadcast(x.shape()));
    }

    /// One value everywhere, in the shape of x and another type.
    public static Array fullLike(Array x, Number value, Dtype dtype) {
        return of(Node.constant(value, dtype).broadcast(x.shape()));
    }

    /// The integers from 0 up to, but not including, `stop`, as `int32`.
    ///
    /// ```
    /// arange(5)    // array([0, 1, 2, 3, 4], dtype=int32)
    /// ```
    public static Array arange(int stop) { return arange(0, stop, 1); }

    /// The integers from `start` up to, but not including, `stop`, as `int32`.
    public static Array arange(int start, int stop) { return arange(start, stop, 1); }

    /// The integers `start + i·step` before `stop`, as `int32`; a negative step goes down.
    public static Array arange(int start, int stop, int step) {
        if (step == 0) throw new IllegalArgumentException("arange: step 0");
        long count = Math.max(0, Math.ceilDiv((long) stop - start, step));
        var i = Iota.of(Math.toIntExact(count));
        return of(i.mul(i.like(step)).add(i.like(start)));
    }

    /// The numbers `start + i·step` below `stop`, in a type.
    public static Array arange(double start, double stop, double step, Dtype dtype) {
        if (!(Math.abs(step) > 0) || !Double.isFinite((stop - start) / step))
            throw new IllegalArgumentException("arange: cannot go from " + start + " to " + stop + " by " + step);
        int count = (int) Math.max(0, Math.ceil((stop - start) / step));
        var type = dtype.isFloat() ? dtype : Dtype.FLOAT64;
        var i = Iota.of(count).to(type == Dtype.FLOAT64 ? type : Dtype.FLOAT32);
        return of(i.mul(i.like(step)).add(i.like(start)).to(dtype));
    }

    /// `count` numbers from `start` to `stop`, both included, as `float32`.
    ///
    /// ```
    /// linspace(0, 1, 5)    // array([0, 0.25, 0.5, 0.75, 1], dtype=float32)
    /// ```
    public static Array linspace(double start, double stop, int count) {
        return linspace(start, stop, count, true, Dtype.FLOAT32);
    }

    /// `count` numbers from `start` on in equal steps, in a type.
    ///
    /// @param endpoint whether the last one is `stop`; else it is one step below
    public static Array linspace(double start, double stop, int count, boolean endpoint, Dtype dtype) {
        if (count < 0) throw new IllegalArgumentException("linspace: expected a count of at least 0, got " + count);
        var i = Iota.of(count).to(Dtype.FLOAT64);
        var t = i.mul(i.like(1.0 / Math.max(1, endpoint ? count - 1 : count)));
        return of(t.mul(t.like(stop)).add(t.one().sub(t).mul(t.like(start))).to(dtype));
    }

    /// The identity matrix of type `float32`.
    ///
    /// ```
    /// eye(2)
    /// // array([[1, 0],
    /// //        [0, 1]], dtype=float32)
    /// ```
    public static Array eye(int n) { return eye(n, n, 0, Dtype.FLOAT32); }

    /// Ones on the `k`-th diagonal of an n × m matrix, zeros elsewhere.
    public static Array eye(int n, int m, int k, Dtype dtype) {
        return of(Scalar.EQ.of(shifted(n, k), Iota.of(m)).to(dtype));
    }

    /// Ones on and below the `k`-th diagonal of an n × m matrix, zeros elsewhere.
    ///
    /// ```
    /// tri(2, 3, 0, Dtype.INT32)
    /// // array([[1, 0, 0],
    /// //        [1, 1, 0]], dtype=int32)
    /// ```
    public static Array tri(int n, int m, int k, Dtype dtype) {
        return of(Scalar.LE.of(Iota.of(m), shifted(n, k)).to(dtype));
    }

    private static Node shifted(int n, int k) {
        var row = Iota.of(n).expand(-1);
        return row.add(row.like(k));
    }

    /// The matrices with zeros above the `k`-th diagonal.
    ///
    /// ```
    /// tril(ones(2, 2), 0)
    /// // array([[1, 0],
    /// //        [1, 1]], dtype=float32)
    /// ```
    public static Array tril(Array x, int k) {
        return where(tri(x.dim(-2), x.dim(-1), k, Dtype.BOOL), x, zerosLike(x));
    }

    /// The matrices with zeros below the `k`-th diagonal.
    ///
    /// ```
    /// triu(ones(2, 2), 1)
    /// // array([[0, 1],
    /// //        [0, 0]], dtype=float32)
    /// ```
    public static Array triu(Array x, int k) {
        return where(tri(x.dim(-2), x.dim(-1), k - 1, Dtype.BOOL), zerosLike(x), x);
    }

    private static Array cosines(int n, double... factors) {
        var angle = n < 2 ? zeros(Math.max(0, n)) : arange(n).mul(2 * PI / (n - 1));
        var sum = n < 2 ? ones(Math.max(0, n)) : full(factors[0], Dtype.FLOAT32, n);
        for (int i = 1; i < factors.length && n > 1; i++) sum = sum.add(cos(angle.mul(i)).mul(factors[i]));
        return sum;
    }

    /// Hann's window: `0.5 - 0.5 cos(2πi / (n - 1))`; 1 if it is of one number.
    ///
    /// ```
    /// hanning(4)    // array([0, 0.75, 0.75, 0], dtype=float32)
    /// ```
    public static Array hanning(int n) { return cosines(n, 0.5, -0.5); }

    /// Hamming's window: `0.54 - 0.46 cos(2πi / (n - 1))`; 1 if it is of one number.
    ///
    /// ```
    /// hamming(3)    // array([0.08, 1, 0.08], dtype=float32)
    /// ```
    public static Array hamming(int n) { return cosines(n, 0.54, -0.46); }

    /// Blackman's window: `0.42 - 0.5 cos(2πi / (n - 1)) + 0.08 cos(4πi / (n - 1))`; 1 if it is of one number.
    ///
    /// ```
    /// blackman(3)    // array([-1.49012e-08, 1, -1.49012e-08], dtype=float32)
    /// ```
    public static Array blackman(int n) { return cosines(n, 0.42, -0.5, 0.08); }

    /// Bartlett's window, a triangle that is 0 at both ends; 1 if it is of one number.
    ///
    /// ```
    /// bartlett(5)    // array([0, 0.5, 1, 0.5, 0], dtype=float32)
    /// ```
    public static Array bartlett(int n) {
        return n < 2 ? ones(Math.max(0, n)) : abs(arange(n).mul(2.0 / (n - 1)).sub(1)).subFrom(1);
    }

    // ---- one argument ------------------------------------------------------------------------------------------

    /// The absolute value; of complex numbers, the modulus.
    ///
    /// ```
    /// abs(array(-1, 2))    // array([1, 2], dtype=int32)
    /// ```
    public static Array abs(Array x) { return of(Scalar.ABS, x); }

    /// The opposite number.
    ///
    /// ```
    /// negative(array(1, -2))    // array([-1, 2], dtype=int32)
    /// ```
    public static Array negative(Array x) { return of(Scalar.NEG, x); }

    /// The array as it is.
    ///
    /// ```
    /// positive(array(1, -2))    // array([1, -2], dtype=int32)
    /// ```
    public static Array positive(Array x) { return x; }

    /// -1, 0 or 1; of NaN, 0; of complex numbers, the direction.
    ///
    /// ```
    /// sign(array(-3f, 0f, 2f))    // array([-1, 0, 1], dtype=float32)
    /// ```
    public static Array sign(Array x) { return of(Scalar.SIGN, x); }

    /// `e` to the power of x.
    ///
    /// ```
    /// exp(array(0f, 1f))    // array([1, 2.71828], dtype=float32)
    /// ```
    public static Array exp(Array x) { return of(Scalar.EXP, x); }

    /// `exp(x) - 1`, exact near 0.
    ///
    /// ```
    /// expm1(array(0f, 1e-3f))    // array([0, 0.0010005], dtype=float32)
    /// ```
    public static Array expm1(Array x) { return of(Scalar.EXPM1, x); }

    /// The natural logarithm.
    ///
    /// ```
    /// log(array(1f, 10f))    // array([0, 2.30259], dtype=float32)
    /// ```
    public static Array log(Array x) { return of(Scalar.LOG, x); }

    /// The logarithm to base 2.
    ///
    /// ```
    /// log2(array(1f, 8f))    // array([0, 3], dtype=float32)
    /// ```
    public static Array log2(Array x) { return of(Scalar.LOG2, x); }

    /// The logarithm to base 10.
    ///
    /// ```
    /// log10(array(1f, 1000f))    // array([0, 3], dtype=float32)
    /// ```
    public static Array log10(Array x) { return of(Scalar.LOG10, x); }

    /// `log(1 + x)`, exact near 0.
    ///
    /// ```
    /// log1p(array(0f, 1e-3f))    // array([0, 0.0009995], dtype=float32)
    /// ```
    public static Array log1p(Array x) { return of(Scalar.LOG1P, x); }

    /// The square root.
    ///
    /// ```
    /// sqrt(array(4f, 9f))    // array([2, 3], dtype=float32)
    /// ```
    public static Array sqrt(Array x) { return of(Scalar.SQRT, x); }

    /// `1 / sqrt(x)`.
    ///
    /// ```
    /// rsqrt(array(4f, 16f))    // array([0.5, 0.25], dtype=float32)
    /// ```
    public static Array rsqrt(Array x) { return of(Scalar.RSQRT, x); }

    /// The sine of an angle in radians.
    ///
    /// ```
    /// sin(array(0f, 1f))    // array([0, 0.841471], dtype=float32)
    /// ```
    public static Array sin(Array x) { return of(Scalar.SIN, x); }

    /// The cosine of an angle in radians.
    ///
    /// ```
    /// cos(array(0f, 1f))    // array([1, 0.540302], dtype=float32)
    /// ```
    public static Array cos(Array x) { return of(Scalar.COS, x); }

    /// The tangent of an angle in radians.
    ///
    /// ```
    /// tan(array(0f, 1f))    // array([0, 1.55741], dtype=float32)
    /// ```
    public static Array tan(Array x) { return of(Scalar.TAN, x); }

    /// The angle whose sine is x.
    ///
    /// ```
    /// arcsin(array(0f, 1f))    // array([0, 1.5708], dtype=float32)
    /// ```
    public static Array arcsin(Array x) { return of(Scalar.ASIN, x); }

    /// The angle whose cosine is x.
    ///
    /// ```
    /// arccos(array(0f, 1f))    // array([1.5708, 0], dtype=float32)
    /// ```
    public static Array arccos(Array x) { return of(Scalar.ACOS, x); }

    /// The angle whose tangent is x.
    ///
    /// ```
    /// arctan(array(0f, 1f))    // array([0, 0.785398], dtype=float32)
    /// ```
    public static Array arctan(Array x) { return of(Scalar.ATAN, x); }

    /// The hyperbolic sine.
    ///
    /// ```
    /// sinh(array(0f, 1f))    // array([0, 1.1752], dtype=float32)
    /// ```
    public static Array sinh(Array x) { return of(Scalar.SINH, x); }

    /// The hyperbolic cosine.
    ///
    /// ```
    /// cosh(array(0f, 1f))    // array([1, 1.54308], dtype=float32)
    /// ```
    public static Array cosh(Array x) { return of(Scalar.COSH, x); }

    /// The hyperbolic tangent.
    ///
    /// ```
    /// tanh(array(0f, 1f))    // array([0, 0.761594], dtype=float32)
    /// ```
    public static Array tanh(Array x) { return of(Scalar.TANH, x); }

    /// The inverse of `sinh`.
    ///
    /// ```
    /// arcsinh(array(0f, 1f))    // array([0, 0.881374], dtype=float32)
    /// ```
    public static Array arcsinh(Array x) { return of(Scalar.ASINH, x); }

    /// The inverse of `cosh`.
    ///
    /// ```
    /// arccosh(array(1f, 2f))    // array([0, 1.31696], dtype=float32)
    /// ```
    public static Array arccosh(Array x) { return of(Scalar.ACOSH, x); }

    /// The inverse of `tanh`.
    ///
    /// ```
    /// arctanh(array(0f, 0.5f))    // array([0, 0.549306], dtype=float32)
    /// ```
    public static Array arctanh(Array x) { return of(Scalar.ATANH, x); }

    /// The error function.
    ///
    /// ```
    /// erf(array(0f, 1f))    // array([0, 0.842701], dtype=float32)
    /// ```
    public static Array erf(Array x) { return of(Scalar.ERF, x); }

    /// The inverse of `erf`.
    ///
    /// ```
    /// erfinv(array(0f, 0.5f))    // array([0, 0.476936], dtype=float32)
    /// ```
    public static Array erfinv(Array x) { return of(Scalar.ERFINV, x); }

    /// `1 / (1 + exp(-x))`.
    ///
    /// ```
    /// sigmoid(array(0f, 2f))    // array([0.5, 0.880797], dtype=float32)
    /// ```
    public static Array sigmoid(Array x) { return of(Scalar.SIGMOID, x); }

    /// The largest whole number not above x.
    ///
    /// ```
    /// floor(array(-1.5f, 1.5f))    // array([-2, 1], dtype=float32)
    /// ```
    public static Array floor(Array x) { return of(Scalar.FLOOR, x); }

    /// The smallest whole number not below x.
    ///
    /// ```
    /// ceil(array(-1.5f, 1.5f))    // array([-1, 2], dtype=float32)
    /// ```
    public static Array ceil(Array x) { return of(Scalar.CEIL, x); }

    /// x without its fraction.
    ///
    /// ```
    /// trunc(array(-1.5f, 1.5f))    // array([-1, 1], dtype=float32)
    /// ```
    public static Array trunc(Array x) { return of(Scalar.TRUNC, x); }

    /// The nearest whole number, halves to the even one.
    ///
    /// ```
    /// round(array(0.5f, 1.5f, 2.5f))    // array([0, 2, 2], dtype=float32)
    /// ```
    public static Array round(Array x) { return of(Scalar.ROUND, x); }

    /// Whether x is zero.
    ///
    /// ```
    /// logicalNot(array(0, 3))    // array([True, False], dtype=bool)
    /// ```
    public static Array logicalNot(Array x) { return of(Scalar.NOT, x.to(Dtype.BOOL)); }

    /// All bits inverted.
    ///
    /// ```
    /// bitwiseInvert(array(0, 5))    // array([-1, -6], dtype=int32)
    /// ```
    public static Array bitwiseInvert(Array x) { return of(Scalar.NOT, x); }

    /// The real part.
    ///
    /// ```
    /// real(array(1f, 2f))    // array([1, 2], dtype=float32)
    /// ```
    public static Array real(Array x) { return of(Scalar.REAL_PART, x); }

    /// The imaginary part; of real numbers, zero.
    ///
    /// ```
    /// imag(array(1f, 2f))    // array([0, 0], dtype=float32)
    /// ```
    public static Array imag(Array x) { return of(Scalar.IMAGINARY_PART, x); }

    /// The complex conjugate; of real numbers, themselves.
    ///
    /// ```
    /// conjugate(array(1f, 2f))    // array([1, 2], dtype=float32)
    /// ```
    public static Array conjugate(Array x) { return of(Scalar.CONJUGATE, x); }

    /// `x · x`.
    ///
    /// ```
    /// square(array(3, -4))    // array([9, 16], dtype=int32)
    /// ```
    public static Array square(Array x) { return x.mul(x); }

    /// `1 / x`.
    ///
    /// ```
    /// reciprocal(array(2f, 4f))    // array([0.5, 0.25], dtype=float32)
    /// ```
    public static Array reciprocal(Array x) { return x.divInto(1); }

    /// Rounded to a number of decimals.
    public static Array round(Array x, int decimals) {
        if (decimals == 0 || !x.dtype().isInexact() && decimals > 0) return round(x);
        double scale = Math.pow(10, decimals);
        return round(x.mul(scale)).div(scale).to(x.dtype());
    }

    /// Radians as degrees.
    ///
    /// ```
    /// degrees(array(0f, 3.14159265f))    // array([0, 180], dtype=float32)
    /// ```
    public static Array degrees(Array x) { return x.mul(180 / PI); }

    /// Degrees as radians.
    ///
    /// ```
    /// radians(array(0f, 180f))    // array([0, 3.14159], dtype=float32)
    /// ```
    public static Array radians(Array x) { return x.mul(PI / 180); }

    /// Whether an element is not a number; of complex ones, whether a part is.
    ///
    /// ```
    /// isnan(array(1f, Float.NaN))    // array([False, True], dtype=bool)
    /// ```
    public static Array isnan(Array x) { return x.ne(x); }

    /// Whether an element is infinite, of either sign; integers never are.
    ///
    /// ```
    /// isinf(array(1f, Float.NEGATIVE_INFINITY))    // array([False, True], dtype=bool)
    /// ```
    public static Array isinf(Array x) {
        return x.dtype().isComplex() ? isinf(real(x)).or(isinf(imag(x)))
            : x.dtype().isFloat() ? abs(x).eq(Double.POSITIVE_INFINITY) : full(0, Dtype.BOOL, x.shape().dims());
    }

    /// Whether an element is positive infinity.
    ///
    /// ```
    /// isposinf(array(1f, Float.POSITIVE_INFINITY))    // array([False, True], dtype=bool)
    /// ```
    public static Array isposinf(Array x) {
        return x.dtype().isFloat() ? x.eq(Double.POSITIVE_INFINITY) : full(0, Dtype.BOOL, x.shape().dims());
    }

    /// Whether an element is negative infinity.
    ///
    /// ```
    /// isneginf(array(1f, Float.NEGATIVE_INFINITY))    // array([False, True], dtype=bool)
    /// ```
    public static Array isneginf(Array x) {
        return x.dtype().isFloat() ? x.eq(Double.NEGATIVE_INFINITY) : full(0, Dtype.BOOL, x.shape().dims());
    }

    /// Whether an element is neither infinite nor NaN.
    ///
    /// ```
    /// isfinite(array(1f, Float.NaN))    // array([True, False], dtype=bool)
    /// ```
    public static Array isfinite(Array x) { return isnan(x).or(isinf(x)).not(); }

    /// A new array with the elements in row-major order.
    ///
    /// ```
    /// contiguous(array(1, 2))    // array([1, 2], dtype=int32)
    /// ```
    public static Array contiguous(Array x) {
        return of(Node.of(Scalar.CAST, List.of(x.node()), x.shape(), x.dtype()));
    }

    /// The array as a constant to derivatives.
    ///
    /// ```
    /// grad((Array x) -> sum(stopGradient(x).mul(x))).apply(array(3f))    // array([3], dtype=float32)
    /// ```
    public static Array stopGradient(Array x) { return of(StopGradient.of(x.node())); }

    // ---- two and three arguments -------------------------------------------------------------------------------

    /// The sum.
    ///
    /// ```
    /// add(array(1, 2), array(10f))    // array([11, 12], dtype=float32)
    /// ```
    public static Array add(Array a, Array b) { return of(Scalar.ADD, a, b); }

    /// The difference.
    ///
    /// ```
    /// subtract(array(1, 2), array(3, 3))    // array([-2, -1], dtype=int32)
    /// ```
    public static Array subtract(Array a, Array b) { return of(Scalar.SUB, a, b); }

    /// The product, element by element.
    ///
    /// ```
    /// multiply(array(1, 2), array(3, 4))    // array([3, 8], dtype=int32)
    /// ```
    public static Array multiply(Array a, Array b) { return of(Scalar.MUL, a, b); }

    /// The quotient; integers are divided as `float32`.
    ///
    /// ```
    /// divide(array(1, 3), array(2, 2))    // array([0.5, 1.5], dtype=float32)
    /// ```
    public static Array divide(Array a, Array b) { return of(Scalar.DIV, a, b); }

    /// The largest whole number not above the quotient.
    ///
    /// ```
    /// floorDivide(array(7, -7), array(2, 2))    // array([3, -4], dtype=int32)
    /// ```
    public static Array floorDivide(Array a, Array b) { return of(Scalar.FLOOR_DIVIDE, a, b); }

    /// The largest whole number not above a number over b.
    public static Array floorDivide(Number a, Array b) { return number(Scalar.FLOOR_DIVIDE, a, b); }

    /// The remainder with the sign of the divisor.
    ///
    /// ```
    /// remainder(array(7, -7), array(3, 3))    // array([1, 2], dtype=int32)
    /// ```
    public static Array remainder(Array a, Array b) { return of(Scalar.REMAINDER, a, b); }

    /// The remainder of a number over b, with the sign of b.
    public static Array remainder(Number a, Array b) { return number(Scalar.REMAINDER, a, b); }

    /// The quotient, rounded down, and the remainder.
    ///
    /// ```
    /// divmod(array(7), array(3))    // [array([2], dtype=int32), array([1], dtype=int32)]
    /// ```
    public static List<Array> divmod(Array a, Array b) { return List.of(floorDivide(a, b), remainder(a, b)); }

    /// a to the power of b; integers with a negative exponent give 0.
    ///
    /// ```
    /// power(array(2, 3), array(3, 2))    // array([8, 9], dtype=int32)
    /// ```
    public static Array power(Array a, Array b) { return of(Scalar.POW, a, b); }

    /// a to one power.
    public static Array power(Array a, Number b) { return number(Scalar.POW, a, b); }

    /// A number to the power of b.
    public static Array power(Number a, Array b) { return number(Scalar.POW, a, b); }

    /// The larger of both; NaN if one is.
    ///
    /// ```
    /// maximum(array(1, 5), array(3, 3))    // array([3, 5], dtype=int32)
    /// ```
    public static Array maximum(Array a, Array b) { return of(Scalar.MAX, a, b); }

    /// The elements, but at least the number; NaN stays.
    public static Array maximum(Array a, Number b) { return number(Scalar.MAX, a, b); }

    /// The smaller of both; NaN if one is.
    ///
    /// ```
    /// minimum(array(1, 5), array(3, 3))    // array([1, 3], dtype=int32)
    /// ```
    public static Array minimum(Array a, Array b) { return of(Scalar.MIN, a, b); }

    /// The elements, but at most the number; NaN stays.
    public static Array minimum(Array a, Number b) { return number(Scalar.MIN, a, b); }

    /// The angle of the point (b, a).
    ///
    /// ```
    /// arctan2(array(1f), array(-1f))    // array([2.35619], dtype=float32)
    /// ```
    public static Array arctan2(Array a, Array b) { return of(Scalar.ATAN2, a, b); }

    /// `log(exp(a) + exp(b))`, without overflow.
    ///
    /// ```
    /// logaddexp(array(0f), array(0f))    // array([0.693147], dtype=float32)
    /// ```
    public static Array logaddexp(Array a, Array b) { return of(Scalar.LOGADDEXP, a, b); }

    /// `log(exp(a) + exp(b))` of a number b.
    public static Array logaddexp(Array a, Number b) { return number(Scalar.LOGADDEXP, a, b); }

    /// Whether both are equal.
    ///
    /// ```
    /// equal(array(1, 2), array(1, 3))    // array([True, False], dtype=bool)
    /// ```
    public static Array equal(Array a, Array b) { return of(Scalar.EQ, a, b); }

    /// Whether they differ.
    ///
    /// ```
    /// notEqual(array(1, 2), array(1, 3))    // array([False, True], dtype=bool)
    /// ```
    public static Array notEqual(Array a, Array b) { return of(Scalar.NE, a, b); }

    /// Whether a is below b.
    ///
    /// ```
    /// less(array(1, 2), array(2, 2))    // array([True, False], dtype=bool)
    /// ```
    public static Array less(Array a, Array b) { return of(Scalar.LT, a, b); }

    /// Whether a is not above b.
    ///
    /// ```
    /// lessEqual(array(1, 2), array(2, 2))    // array([True, True], dtype=bool)
    /// ```
    public static Array lessEqual(Array a, Array b) { return of(Scalar.LE, a, b); }

    /// Bits that both have.
    ///
    /// ```
    /// bitwiseAnd(array(6), array(3))    // array([2], dtype=int32)
    /// ```
    public static Array bitwiseAnd(Array a, Array b) { return of(Scalar.AND, a, b); }

    /// Bits that one has.
    ///
    /// ```
    /// bitwiseOr(array(6), array(3))    // array([7], dtype=int32)
    /// ```
    public static Array bitwiseOr(Array a, Array b) { return of(Scalar.OR, a, b); }

    /// Bits in which they differ.
    ///
    /// ```
    /// bitwiseXor(array(6), array(3))    // array([5], dtype=int32)
    /// ```
    public static Array bitwiseXor(Array a, Array b) { return of(Scalar.XOR, a, b); }

    /// Bits moved up.
    ///
    /// ```
    /// leftShift(array(1), array(4))    // array([16], dtype=int32)
    /// ```
    public static Array leftShift(Array a, Array b) { return of(Scalar.SHIFT_LEFT, a, b); }

    /// Bits moved down; the sign stays.
    ///
    /// ```
    /// rightShift(array(16), array(2))    // array([4], dtype=int32)
    /// ```
    public static Array rightShift(Array a, Array b) { return of(Scalar.SHIFT_RIGHT, a, b); }

    /// Whether a is above b.
    ///
    /// ```
    /// greater(array(1, 3), array(2, 2))    // array([False, True], dtype=bool)
    /// ```
    public static Array greater(Array a, Array b) { return a.gt(b); }

    /// Whether a is not below b.
    ///
    /// ```
    /// greaterEqual(array(1, 2), array(2, 2))    // array([False, True], dtype=bool)
    /// ```
    public static Array greaterEqual(Array a, Array b) { return a.ge(b); }

    /// Whether neither is zero.
    ///
    /// ```
    /// logicalAnd(array(0, 2), array(1, 1))    // array([False, True], dtype=bool)
    /// ```
    public static Array logicalAnd(Array a, Array b) { return of(Scalar.AND, a.to(Dtype.BOOL), b.to(Dtype.BOOL)); }

    /// Whether one is not zero.
    ///
    /// ```
    /// logicalOr(array(0, 2), array(0, 0))    // array([False, True], dtype=bool)
    /// ```
    public static Array logicalOr(Array a, Array b) { return of(Scalar.OR, a.to(Dtype.BOOL), b.to(Dtype.BOOL)); }

    /// Whether exactly one is not zero.
    ///
    /// ```
    /// logicalXor(array(0, 2), array(1, 1))    // array([True, False], dtype=bool)
    /// ```
    public static Array logicalXor(Array a, Array b) { return of(Scalar.XOR, a.to(Dtype.BOOL), b.to(Dtype.BOOL)); }

    /// a where the condition holds, b elsewhere.
    ///
    /// ```
    /// where(array(true, false), array(1, 2), array(10, 20))    // array([1, 20], dtype=int32)
    /// ```
    public static Array where(Array condition, Array a, Array b) { return of(Scalar.SELECT, condition, a, b); }

    /// a where the condition is not zero, a number elsewhere.
    public static Array where(Array condition, Array a, Number b) {
        return of(Scalar.SELECT.of(condition.node(), a.node(), a.number(b)));
    }

    /// A number where the condition is not zero, b elsewhere.
    public static Array where(Array condition, Number a, Array b) {
        return of(Scalar.SELECT.of(condition.node(), b.number(a), b.node()));
    }

    /// x, but not below `low` nor above `high`; null sets no limit.
    ///
    /// ```
    /// clip(array(-1, 5, 9), 0, 6)    // array([0, 5, 6], dtype=int32)
    /// ```
    public static Array clip(Array x, @Nullable Number low, @Nullable Number high) {
        var above = low == null ? x : maximum(x, low);
        return high == null ? above : minimum(above, high);
    }

    /// x, but not below `low` nor above `high`, element by element; null sets no limit.
    public static Array clip(Array x, @Nullable Array low, @Nullable Array high) {
        var above = low == null ? x : maximum(x, low);
        return high == null ? above : minimum(above, high);
    }

    /// NaN as `nan`, infinities as `high` and `low`; null is the largest finite number of the type and its opposite.
    ///
    /// ```
    /// nanToNum(array(Float.NaN, 2f))    // array([0, 2], dtype=float32)
    /// ```
    public static Array nanToNum(Array x, Number nan, @Nullable Number high, @Nullable Number low) {
        if (x.dtype().isComplex()) throw new IllegalArgumentException("nanToNum: not defined for complex64");
        if (!x.dtype().isFloat()) return x;
        double most = x.dtype().max().doubleValue();
        return where(isnan(x), nan, where(isposinf(x), high == null ? most : high,
            where(isneginf(x), low == null ? -most : low, x)));
    }

    /// NaN as 0, infinities as the largest finite numbers.
    public static Array nanToNum(Array x) { return nanToNum(x, 0, null, null); }

    /// Whether each pair differs by at most `atol + rtol · |b|`; infinities are close to themselves.
    ///
    /// ```
    /// isclose(array(1f, 2f), array(1.00001f, 3f), 1e-4, 0)    // array([True, False], dtype=bool)
    /// ```
    public static Array isclose(Array a, Array b, double rtol, double atol) {
        var near = abs(a.sub(b)).le(abs(b).mul(rtol).add(atol));
        return isinf(a).or(isinf(b)).not().and(near).or(a.eq(b));
    }

    /// Whether each pair differs by at most `atol + rtol · |b|`; infinities are close to themselves.
    ///
    /// @param equalNan whether NaN is close to NaN
    public static Array isclose(Array a, Array b, double rtol, double atol, boolean equalNan) {
        var close = isclose(a, b, rtol, atol);
        return equalNan ? close.or(isnan(a).and(isnan(b))) : close;
    }

    /// Whether all pairs are close.
    ///
    /// ```
    /// allclose(array(1f), array(1.00001f), 1e-4, 0)    // array(True, dtype=bool)
    /// ```
    public static Array allclose(Array a, Array b, double rtol, double atol) { return all(isclose(a, b, rtol, atol)); }

    /// Whether all pairs are close, as one `bool`.
    ///
    /// @param equalNan whether NaN is close to NaN
    public static Array allclose(Array a, Array b, double rtol, double atol, boolean equalNan) {
        return all(isclose(a, b, rtol, atol, equalNan));
    }

    /// Whether shapes and all elements are equal.
    ///
    /// ```
    /// arrayEqual(array(1, 2), array(1, 2))    // array(True, dtype=bool)
    /// ```
    public static Array arrayEqual(Array a, Array b) { return arrayEqual(a, b, false); }

    /// Whether shapes and all elements are equal, as one `bool`.
    ///
    /// @param equalNan whether NaN equals NaN
    public static Array arrayEqual(Array a, Array b, boolean equalNan) {
        if (!a.shape().equals(b.shape())) return full(0, Dtype.BOOL);
        return all(equalNan ? a.eq(b).or(isnan(a).and(isnan(b))) : a.eq(b));
    }

    // ---- products ----------------------------------------------------------------------------------------------

    /// The matrix product of the last two axes; leading axes broadcast.
    ///
    /// ```
    /// matmul(ones(2, 3), array(1f, 2f, 3f))    // array([6, 6], dtype=float32)
    /// ```
    public static Array matmul(Array a, Array b) { return of(MatMul.of(a.node(), b.node())); }

    /// `beta · c + alpha · a · b`.
    ///
    /// ```
    /// addmm(array(1f), array(new float[] {1, 2}, 1, 2), array(new float[] {3, 4}, 2, 1), 1, 10)
    /// // array([[21]], dtype=float32)
    /// ```
    public static Array addmm(Array c, Array a, Array b, double alpha, double beta) {
        var product = matmul(a, b);
        return (beta == 1 ? c : c.mul(beta)).add(alpha == 1 ? product : product.mul(alpha));
    }

    /// The sum of products along the last axes: (…, k) and (…, k) give (…, …).
    ///
    /// ```
    /// inner(array(1f, 2f), array(3f, 4f))    // array(11, dtype=float32)
    /// ```
    public static Array inner(Array a, Array b) {
        return a.rank() == 0 || b.rank() == 0 ? a.mul(b) : tensordot(a, b, new int[] {-1}, new int[] {-1});
    }

    /// Every element of a times every element of b: (a.size(), b.size()).
    ///
    /// ```
    /// outer(array(1, 2), array(3, 4))
    /// // array([[3, 4],
    /// //        [6, 8]], dtype=int32)
    /// ```
    public static Array outer(Array a, Array b) { return flatten(a).reshape(-1, 1).mul(flatten(b)); }

    /// The sum of products along one axis of both, a conjugated; the others broadcast.
    ///
    /// ```
    /// vecdot(array(1f, 2f), array(3f, 4f), -1)    // array(11, dtype=float32)
    /// ```
    public static Array vecdot(Array a, Array b, int axis) { return sum(conjugate(a).mul(b), axis); }

    /// The sum of products over the last `axes` axes of a and the first of b.
    public static Array tensordot(Array a, Array b, int axes) {
        return tensordot(a, b, IntStream.range(a.rank() - axes, a.rank()).toArray(),
            IntStream.range(0, axes).toArray());
    }

    /// The sum of products over pairs of axes; the axes of a that are left come before those of b.
    ///
    /// ```
    /// tensordot(ones(2, 3, 4), ones(4, 3, 5), new int[] {1, 2}, new int[] {1, 0}).shape()    // (2, 5)
    /// ```
    public static Array tensordot(Array a, Array b, int[] axesA, int[] axesB) {
        return Einsum.tensordot(a, b, axesA, axesB);
    }

    /// Einstein's summation: letters name axes, those that the result lacks are summed. Pairs of operands meet as
    /// matrix products, in the order of [#einsumPath].
    ///
    /// ```
    /// einsum("ij,jk->ik", ones(2, 3), ones(3, 4)).shape()    // (2, 4)
    /// ```
    public static Array einsum(String formula, Array... operands) {
        return of(new Einsum(formula, Arrays.stream(operands).map(Array::shape).toList()).of(nodes(List.of(operands))));
    }

    /// The order in which [#einsum] lets operands meet: places in the list of those left, results at its end.
    ///
    /// ```
    /// einsumPath("ij,jk->ik", Shape.of(2, 3), Shape.of(3, 4)).size()    // 1
    /// ```
    public static List<int[]> einsumPath(String formula, Shape... shapes) {
        return new Einsum(formula, List.of(shapes)).path();
    }

    /// The product of the last axis, of length m · 2^k with m 1, 12, 20 or 28, with a matrix of Hadamard, over the
    /// square root of that length.
    ///
    /// ```
    /// hadamardTransform(array(3f, 1f))    // array([2.82843, 1.41421], dtype=float32)
    /// ```
    public static Array hadamardTransform(Array x) {
        return hadamardTransform(x, x.rank() == 0 ? 1 : 1 / Math.sqrt(x.dim(-1)));
    }

    /// The same, times a number of the caller's.
    public static Array hadamardTransform(Array x, double scale) { return Hadamard.transform(x, scale); }

    /// The product of Kronecker: every element of a times b, in blocks.
    ///
    /// ```
    /// kron(array(1, 2), array(1, 10))    // array([1, 10, 2, 20], dtype=int32)
    /// ```
    public static Array kron(Array a, Array b) { return Rearranging.kron(a, b); }

    // ---- reductions: no axes given means all -------------------------------------------------------------------

    /// The sum; `bool` and narrow integers are added in 32 bits.
    ///
    /// ```
    /// sum(array(1, 2, 3))    // array(6, dtype=int32)
    /// ```
    public static Array sum(Array x, int... axes) { return sum(x, false, axes); }

    /// The sum over the axes, or over all if none are given.
    ///
    /// @param keepDims whether the axes stay, with length 1
    public static Array sum(Array x, boolean keepDims, int... axes) {
        return of(Reduce.of(Scalar.ADD, x.node(), keepDims, axes));
    }

    /// The product; `bool` and narrow integers are multiplied in 32 bits.
    ///
    /// ```
    /// prod(array(2, 3, 4))    // array(24, dtype=int32)
    /// ```
    public static Array prod(Array x, int... axes) { return prod(x, false, axes); }

    /// The product over the axes, or over all if none are given.
    ///
    /// @param keepDims whether the axes stay, with length 1
    public static Array prod(Array x, boolean keepDims, int... axes) {
        return of(Reduce.of(Scalar.MUL, x.node(), keepDims, axes));
    }

    /// The smallest element; NaN if there is one.
    ///
    /// ```
    /// min(array(3, 1, 2))    // array(1, dtype=int32)
    /// ```
    public static Array min(Array x, int... axes) { return min(x, false, axes); }

    /// The smallest element along the axes, or of all if none are given.
    ///
    /// @param keepDims whether the axes stay, with length 1
    public static Array min(Array x, boolean keepDims, int... axes) {
        return of(Reduce.of(Scalar.MIN, x.node(), keepDims, axes));
    }

    /// The largest element; NaN if there is one.
    ///
    /// ```
    /// max(array(3, 1, 2))    // array(3, dtype=int32)
    /// ```
    public static Array max(Array x, int... axes) { return max(x, false, axes); }

    /// The largest element along the axes, or of all if none are given.
    ///
    /// @param keepDims whether the axes stay, with length 1
    public static Array max(Array x, boolean keepDims, int... axes) {
        return of(Reduce.of(Scalar.MAX, x.node(), keepDims, axes));
    }

    /// Whether all elements are not zero.
    ///
    /// ```
    /// all(array(1, 0))    // array(False, dtype=bool)
    /// ```
    public static Array all(Array x, int... axes) { return all(x, false, axes); }

    /// Whether no element along the axes, or of all if none are given, is zero.
    ///
    /// @param keepDims whether the axes stay, with length 1
    public static Array all(Array x, boolean keepDims, int... axes) {
        var hits = x.to(Dtype.BOOL).not().to(Dtype.INT32);
        return sum(hits, keepDims, axes).eq(0);
    }

    /// Whether any element is not zero.
    ///
    /// ```
    /// any(array(1, 0))    // array(True, dtype=bool)
    /// ```
    public static Array any(Array x, int... axes) { return any(x, false, axes); }

    /// Whether an element along the axes, or of all if none are given, is not zero.
    ///
    /// @param keepDims whether the axes stay, with length 1
    public static Array any(Array x, boolean keepDims, int... axes) {
        var hits = x.to(Dtype.BOOL).to(Dtype.INT32);
        return sum(hits, keepDims, axes).ne(0);
    }

    /// The mean; integers are averaged as `float32`.
    ///
    /// ```
    /// mean(array(1f, 2f, 6f))    // array(3, dtype=float32)
    /// ```
    public static Array mean(Array x, int... axes) { return mean(x, false, axes); }

    /// The mean along the axes, or of all elements if none are given.
    ///
    /// @param keepDims whether the axes stay, with length 1
    public static Array mean(Array x, boolean keepDims, int... axes) {
        return of(x.node().to(x.dtype().toInexact()).mean(keepDims, axes));
    }

    /// The mean square distance from the mean.
    ///
    /// ```
    /// var(array(1f, 2f, 3f))    // array(0.666667, dtype=float32)
    /// ```
    public static Array var(Array x, int... axes) { return var(x, false, 0, axes); }

    /// The sum of square distances from the mean over `n - ddof`, n being the number of elements along the axes.
    ///
    /// @param keepDims whether the axes stay, with length 1
    /// @param ddof what is subtracted from the number of elements before dividing by it
    public static Array var(Array x, boolean keepDims, int ddof, int... axes) {
        var y = x.to(x.dtype().toInexact());
        var centred = abs(y.sub(mean(y, true, axes)));
        long n = IntStream.of(x.shape().axes("var", axes)).mapToLong(x::dim).reduce(1, (a, b) -> a * b);
        return sum(square(centred), keepDims, axes).div((double) Math.max(0, n - ddof));
    }

    /// The square root of the variance.
    ///
    /// ```
    /// std(array(1f, 3f))    // array(1, dtype=float32)
    /// ```
    public static Array std(Array x, int... axes) { return std(x, false, 0, axes); }

    /// The square root of `var`.
    ///
    /// @param keepDims whether the axes stay, with length 1
    /// @param ddof what is subtracted from the number of elements before dividing by it
    public static Array std(Array x, boolean keepDims, int ddof, int... axes) {
        return sqrt(var(x, keepDims, ddof, axes));
    }

    /// `log(sum(exp(x)))`, without overflow.
    ///
    /// ```
    /// logsumexp(array(0f, 0f))    // array(0.693147, dtype=float32)
    /// ```
    public static Array logsumexp(Array x, int... axes) { return logsumexp(x, false, axes); }

    /// `log(sum(exp(x)))` along the axes, without overflow.
    ///
    /// @param keepDims whether the axes stay, with length 1
    public static Array logsumexp(Array x, boolean keepDims, int... axes) {
        return of(LogSumExp.of(x.node(), keepDims, axes));
    }

    /// `exp(x) / sum(exp(x))` over the axes, without overflow; a row of -infinity gives NaN.
    ///
    /// ```
    /// softmax(array(0f, 0f, 1f), -1)    // array([0.211942, 0.211942, 0.576117], dtype=float32)
    /// ```
    public static Array softmax(Array x, int... axes) { return of(Softmax.of(x.node(), axes)); }

    /// Where the smallest element of an axis is, as `uint32`; of equal ones the first, NaN before all.
    ///
    /// ```
    /// argmin(array(3, 1, 2))    // array(1, dtype=uint32)
    /// ```
    public static Array argmin(Array x, int axis) { return of(ArgReduce.of(false, x.node(), axis)); }

    /// Where the smallest element is in row-major order.
    public static Array argmin(Array x) { return argmin(flatten(x), 0); }

    /// Where the smallest element is in row-major order, as `uint32`.
    ///
    /// @param keepDims whether all axes stay, with length 1
    public static Array argmin(Array x, boolean keepDims) {
        return argmin(x).reshape(keepDims ? units(x) : new int[0]);
    }

    /// Where the smallest element of an axis is, as `uint32`.
    ///
    /// @param keepDims whether the axis stays, with length 1
    public static Array argmin(Array x, boolean keepDims, int axis) {
        var y = argmin(x, axis);
        return keepDims ? expandDims(y, axis) : y;
    }

    /// Where the largest element of an axis is, as `uint32`; of equal ones the first, NaN before all.
    ///
    /// ```
    /// argmax(array(3, 1, 2))    // array(0, dtype=uint32)
    /// ```
    public static Array argmax(Array x, int axis) { return of(ArgReduce.of(true, x.node(), axis)); }

    /// Where the largest element is in row-major order.
    public static Array argmax(Array x) { return argmax(flatten(x), 0); }

    /// Where the largest element is in row-major order, as `uint32`.
    ///
    /// @param keepDims whether all axes stay, with length 1
    public static Array argmax(Array x, boolean keepDims) {
        return argmax(x).reshape(keepDims ? units(x) : new int[0]);
    }

    // As many lengths of 1 as an array has axes.
    private static int[] units(Array x) {
        var dims = new int[x.rank()];
        Arrays.fill(dims, 1);
        return dims;
    }

    /// Where the largest element of an axis is, as `uint32`.
    ///
    /// @param keepDims whether the axis stays, with length 1
    public static Array argmax(Array x, boolean keepDims, int axis) {
        var y = argmax(x, axis);
        return keepDims ? expandDims(y, axis) : y;
    }

    /// How many elements are not 0, as `int32`.
    ///
    /// ```
    /// countNonzero(array(0, 3, 5))    // array(2, dtype=int32)
    /// ```
    public static Array countNonzero(Array x, int... axes) { return countNonzero(x, false, axes); }

    /// How many elements are not 0, as `int32`.
    public static Array countNonzero(Array x, boolean keepDims, int... axes) {
        return sum(x.ne(0), keepDims, axes);
    }

    /// The middle of the sorted elements, the mean of the middle two of an even number.
    ///
    /// ```
    /// median(array(5f, 1f, 3f))    // array(3, dtype=float32)
    /// ```
    public static Array median(Array x, int... axes) { return median(x, false, axes); }

    /// The middle of the sorted elements, the mean of the middle two of an even number.
    public static Array median(Array x, boolean keepDims, int... axes) { return Sorting.median(x, keepDims, axes); }

    /// The sum of a diagonal; `bool` and narrow integers are added in 32 bits.
    ///
    /// ```
    /// trace(eye(3), 0, 0, 1)    // array(3, dtype=float32)
    /// ```
    public static Array trace(Array x, int offset, int axis1, int axis2) {
        return sum(diagonal(x, offset, axis1, axis2), -1);
    }

    // ---- running folds -----------------------------------------------------------------------------------------

    private static Array scan(String label, Scalar fold, Array x, int axis, boolean reverse, boolean inclusive) {
        return of(Scan.of(label, fold, x.node(), axis, reverse, inclusive));
    }

    /// The sums of the elements so far along an axis; `bool` is added as `int32`.
    ///
    /// ```
    /// cumsum(array(1, 2, 3), 0)    // array([1, 3, 6], dtype=int32)
    /// ```
    public static Array cumsum(Array x, int axis) { return cumsum(x, axis, false, true); }

    /// The same from the end if `reverse`, and without the element itself unless `inclusive`.
    public static Array cumsum(Array x, int axis, boolean reverse, boolean inclusive) {
        return scan("cumsum", Scalar.ADD, x, axis, reverse, inclusive);
    }

    /// The products of the elements so far along an axis.
    ///
    /// ```
    /// cumprod(array(1, 2, 3), 0)    // array([1, 2, 6], dtype=int32)
    /// ```
    public static Array cumprod(Array x, int axis) { return cumprod(x, axis, false, true); }

    /// The same from the end if `reverse`, and without the element itself unless `inclusive`.
    public static Array cumprod(Array x, int axis, boolean reverse, boolean inclusive) {
        return scan("cumprod", Scalar.MUL, x, axis, reverse, inclusive);
    }

    /// The maxima of the elements so far along an axis.
    ///
    /// ```
    /// cummax(array(1, 3, 2), 0)    // array([1, 3, 3], dtype=int32)
    /// ```
    public static Array cummax(Array x, int axis) { return cummax(x, axis, false, true); }

    /// The same from the end if `reverse`, and without the element itself unless `inclusive`.
    public static Array cummax(Array x, int axis, boolean reverse, boolean inclusive) {
        return scan("cummax", Scalar.MAX, x, axis, reverse, inclusive);
    }

    /// The minima of the elements so far along an axis.
    ///
    /// ```
    /// cummin(array(3, 1, 2), 0)    // array([3, 1, 1], dtype=int32)
    /// ```
    public static Array cummin(Array x, int axis) { return cummin(x, axis, false, true); }

    /// The same from the end if `reverse`, and without the element itself unless `inclusive`.
    public static Array cummin(Array x, int axis, boolean reverse, boolean inclusive) {
        return scan("cummin", Scalar.MIN, x, axis, reverse, inclusive);
    }

    /// The logarithms of sums of exponentials of the elements so far along an axis; integers become `float32`.
    ///
    /// ```
    /// logcumsumexp(array(0f, 0f), 0)    // array([0, 0.693147], dtype=float32)
    /// ```
    public static Array logcumsumexp(Array x, int axis) { return logcumsumexp(x, axis, false, true); }

    /// The same from the end if `reverse`, and without the element itself unless `inclusive`.
    public static Array logcumsumexp(Array x, int axis, boolean reverse, boolean inclusive) {
        return scan("logcumsumexp", Scalar.LOGADDEXP, x, axis, reverse, inclusive);
    }

    // ---- order -------------------------------------------------------------------------------------------------

    /// The elements along an axis in ascending order; NaN last, complex numbers by real, then by imaginary part.
    ///
    /// ```
    /// sort(array(3, 1, 2), -1)    // array([1, 2, 3], dtype=int32)
    /// ```
    public static Array sort(Array x, int axis) { return Sorting.sort(x, axis); }

    /// Where the elements along an axis are in ascending order, as `uint32`; equal ones stay in their order.
    ///
    /// ```
    /// argsort(array(30, 10, 20), -1)    // array([1, 2, 0], dtype=uint32)
    /// ```
    public static Array argsort(Array x, int axis) { return of(ArgSort.of("argsort", x.node(), axis)); }

    /// Elements along an axis so that the one at place `kth` is where sorting puts it, none before it is larger and
    /// none after it smaller.
    ///
    /// ```
    /// partition(array(3, 1, 2), 1, -1)    // array([1, 2, 3], dtype=int32)
    /// ```
    public static Array partition(Array x, int kth, int axis) {
        Sorting.checkPlace("partition", x, kth, axis);
        return sort(x, axis);
    }

    /// Where the elements of [#partition] are, as `uint32`.
    ///
    /// ```
    /// argpartition(array(30, 10, 20), 1, -1)    // array([1, 2, 0], dtype=uint32)
    /// ```
    public static Array argpartition(Array x, int kth, int axis) {
        Sorting.checkPlace("argpartition", x, kth, axis);
        return argsort(x, axis);
    }

    /// The k largest elements along an axis, in ascending order.
    ///
    /// ```
    /// topk(array(3, 1, 2), 2, -1)    // array([2, 3], dtype=int32)
    /// ```
    public static Array topk(Array x, int k, int axis) { return Sorting.largest(x, k, axis); }

    /// Where values go in a sorted vector so that it stays sorted, as `uint32`: before equal ones, or with `right`
    /// after them.
    ///
    /// ```
    /// searchsorted(array(1, 3, 5), array(3, 4), false)    // array([1, 2], dtype=uint32)
    /// ```
    public static Array searchsorted(Array sorted, Array values, boolean right) {
        return Sorting.places(sorted, values, right);
    }

    /// The differences of neighbours along an axis, `n` times.
    ///
    /// ```
    /// diff(array(1, 4, 9), 1, -1)    // array([3, 5], dtype=int32)
    /// ```
    public static Array diff(Array x, int n, int axis) {
        if (n < 0) throw new IllegalArgumentException("diff: expected to differ at least 0 times, got " + n);
        for (; n > 0; n--) {
            int last = x.dim(axis);
            var ends = of(x.node().slice(axis, Math.min(1, last), last));
            var begins = of(x.node().slice(axis, 0, Math.max(0, last - 1)));
            x = x.dtype().isBool() ? ends.ne(begins) : ends.sub(begins);
        }
        return x;
    }

    // ---- shapes: views -----------------------------------------------------------------------------------------

    /// The same elements under another shape, row-major; one length may be -1.
    ///
    /// ```
    /// reshape(arange(4), 2, -1)
    /// // array([[0, 1],
    /// //        [2, 3]], dtype=int32)
    /// ```
    public static Array reshape(Array x, int... dims) { return x.reshape(dims); }

    /// The axes in another order; none given reverses them.
    ///
    /// ```
    /// transpose(ones(2, 3)).shape()    // (3, 2)
    /// ```
    public static Array transpose(Array x, int... axes) { return x.transpose(axes); }

    /// The elements repeated up to a shape, without a copy.
    ///
    /// ```
    /// broadcastTo(array(1, 2), 2, 2)
    /// // array([[1, 2],
    /// //        [1, 2]], dtype=int32)
    /// ```
    public static Array broadcastTo(Array x, int... dims) { return x.broadcastTo(dims); }

    /// Two axes exchanged.
    ///
    /// ```
    /// swapaxes(ones(2, 3, 4), 0, 2).shape()    // (4, 3, 2)
    /// ```
    public static Array swapaxes(Array x, int a, int b) { return of(Permute.swap(x.node(), a, b)); }

    /// An axis taken out and put in at another place.
    ///
    /// ```
    /// moveaxis(ones(2, 3, 4), 0, -1).shape()    // (3, 4, 2)
    /// ```
    public static Array moveaxis(Array x, int from, int to) { return of(Permute.move(x.node(), from, to)); }

    /// Axes of length 1 put in, counted as they are in the result.
    ///
    /// ```
    /// expandDims(ones(2, 3), 0, -1).shape()    // (1, 2, 3, 1)
    /// ```
    public static Array expandDims(Array x, int... axes) {
        var shape = x.shape();
        var result = shape; // which has as many axes as the result
        for (int i = 0; i < axes.length; i++) result = result.insert(0, 1);
        if (axes.length > 0) for (int a : result.axes("expandDims", axes)) shape = shape.insert(a, 1);
        return x.reshape(shape);
    }

    /// Axes of length 1 taken out: those named, or all.
    ///
    /// ```
    /// squeeze(ones(1, 2, 1)).shape()    // (2,)
    /// ```
    public static Array squeeze(Array x, int... axes) {
        var shape = x.shape();
        var all = IntStream.range(0, shape.rank()).filter(i -> shape.dim(i) == 1).toArray();
        var out = axes.length == 0 ? all : shape.axes("squeeze", axes);
        var to = shape;
        for (int i = out.length - 1; i >= 0; i--) {
            if (shape.dim(out[i]) != 1)
                throw new IllegalArgumentException("squeeze: axis " + out[i] + " of " + shape + " is not of length 1");
            to = to.without(out[i]);
        }
        return x.reshape(to);
    }

    /// All axes as one.
    ///
    /// ```
    /// flatten(ones(2, 3)).shape()    // (6,)
    /// ```
    public static Array flatten(Array x) { return x.reshape(Math.toIntExact(x.size())); }

    /// The axes from `start` to `end`, both included, as one.
    public static Array flatten(Array x, int start, int end) {
        if (x.rank() == 0) return x.reshape(1);
        int a = x.shape().axis("flatten", start);
        int b = x.shape().axis("flatten", end);
        if (b < a) throw new IllegalArgumentException("flatten: axis " + end + " comes before " + start);
        var middle = Shape.of(Math.toIntExact(x.shape().range(a, b + 1).size()));
        return x.reshape(x.shape().range(0, a).concat(middle).concat(x.shape().range(b + 1, x.rank())));
    }

    /// One axis as several; one length may be -1.
    ///
    /// ```
    /// unflatten(ones(6), 0, 2, -1).shape()    // (2, 3)
    /// ```
    public static Array unflatten(Array x, int axis, int... dims) {
        int a = x.shape().axis("unflatten", axis);
        var middle = Shape.of(x.dim(a)).infer("unflatten", dims);
        return x.reshape(x.shape().range(0, a).concat(middle).concat(x.shape().range(a + 1, x.rank())));
    }

    /// Every `steps[i]`-th element from `starts[i]` up to, but not including, `stops[i]` of each axis.
    ///
    /// ```
    /// slice(arange(6), new int[] {1}, new int[] {5}, new int[] {2})    // array([1, 3], dtype=int32)
    /// ```
    public static Array slice(Array x, int[] starts, int[] stops, int[] steps) {
        var indices = new Index[starts.length];
        for (int i = 0; i < indices.length; i++) indices[i] = Index.range(starts[i], stops[i], steps[i]);
        return x.get(indices);
    }

    /// Axes backwards; none given means all.
    ///
    /// ```
    /// flip(array(1, 2, 3))    // array([3, 2, 1], dtype=int32)
    /// ```
    public static Array flip(Array x, int... axes) { return Rearranging.flip(x, axes); }

    /// One axis of length 1 at least.
    ///
    /// ```
    /// atleast1d(scalar(1)).shape()    // (1,)
    /// ```
    public static Array atleast1d(Array x) { return x.rank() >= 1 ? x : x.reshape(1); }

    /// Two axes at least: a vector is a row.
    ///
    /// ```
    /// atleast2d(ones(3)).shape()    // (1, 3)
    /// ```
    public static Array atleast2d(Array x) { return x.rank() >= 2 ? x : expandDims(atleast1d(x), 0); }

    /// Three axes at least: a vector is (1, n, 1), a matrix (n, m, 1).
    ///
    /// ```
    /// atleast3d(ones(3)).shape()    // (1, 3, 1)
    /// ```
    public static Array atleast3d(Array x) { return x.rank() >= 3 ? x : expandDims(atleast2d(x), -1); }

    /// The shape that several shapes broadcast to.
    ///
    /// ```
    /// broadcastShapes(Shape.of(3, 1), Shape.of(4))    // (3, 4)
    /// ```
    public static Shape broadcastShapes(Shape... shapes) {
        return Arrays.stream(shapes).reduce(Shape.SCALAR, (a, b) -> a.broadcast("broadcastShapes", b));
    }

    /// All arrays in the shape that they broadcast to.
    ///
    /// ```
    /// broadcastArrays(array(1, 2), scalar(5)).get(1)    // array([5, 5], dtype=int32)
    /// ```
    public static List<Array> broadcastArrays(Array... arrays) {
        var to = broadcastShapes(Arrays.stream(arrays).map(Array::shape).toArray(Shape[]::new)).dims();
        return Arrays.stream(arrays).map(x -> x.broadcastTo(to)).toList();
    }

    /// The diagonal of two axes as a last axis, `offset` columns to the right.
    ///
    /// ```
    /// diagonal(array(new int[] {1, 2, 3, 4}, 2, 2), 0, 0, 1)    // array([1, 4], dtype=int32)
    /// ```
    public static Array diagonal(Array x, int offset, int axis1, int axis2) {
        return Rearranging.diagonal(x, offset, axis1, axis2);
    }

    /// The matrix that has a vector as its diagonal, or the diagonal of a matrix, `offset` columns to the right.
    ///
    /// ```
    /// diag(array(1, 2), 0)
    /// // array([[1, 0],
    /// //        [0, 2]], dtype=int32)
    /// ```
    public static Array diag(Array x, int offset) { return Rearranging.diag(x, offset); }

    /// The elements of the row-major array at `offset` plus multiples of strides; places may come more than once.
    ///
    /// ```
    /// asStrided(arange(4), new int[] {3, 2}, new long[] {1, 1}, 0)
    /// // array([[0, 1],
    /// //        [1, 2],
    /// //        [2, 3]], dtype=int32)
    /// ```
    ///
    /// @param strides in elements
    /// @throws IndexOutOfBoundsException if a place is outside the array
    public static Array asStrided(Array x, int[] dims, long[] strides, long offset) {
        return Rearranging.asStrided(x, dims, strides, offset);
    }

    // ---- joining and taking apart ------------------------------------------------------------------------------

    private static List<Node> nodes(List<Array> arrays) { return arrays.stream().map(Array::node).toList(); }

    /// Arrays one after the other along an axis.
    ///
    /// ```
    /// concatenate(List.of(array(1, 2), array(3)), 0)    // array([1, 2, 3], dtype=int32)
    /// ```
    public static Array concatenate(List<Array> arrays, int axis) { return of(Concatenate.of(nodes(arrays), axis)); }

    /// Arrays of one shape along a new axis.
    ///
    /// ```
    /// stack(List.of(array(1, 2), array(3, 4)), 1)
    /// // array([[1, 3],
    /// //        [2, 4]], dtype=int32)
    /// ```
    public static Array stack(List<Array> arrays, int axis) {
        if (arrays.isEmpty()) throw new IllegalArgumentException("stack: expected at least one array");
        for (var x : arrays)
            if (!x.shape().equals(arrays.getFirst().shape()))
                throw new IllegalArgumentException("stack: expected arrays of one shape, got "
                    + arrays.getFirst().shape() + " and " + x.shape());
        return concatenate(arrays.stream().map(x -> expandDims(x, axis)).toList(), axis);
    }

    /// `parts` equal pieces along an axis.
    ///
    /// ```
    /// split(arange(4), 2, 0)    // [array([0, 1], dtype=int32), array([2, 3], dtype=int32)]
    /// ```
    public static List<Array> split(Array x, int parts, int axis) {
        int n = x.dim(axis);
        if (parts <= 0 || n % parts != 0)
            throw new IllegalArgumentException("split: axis " + axis + " of " + x.shape() + " does not divide into "
                + parts);
        return split(x, IntStream.range(1, parts).map(i -> i * (n / parts)).toArray(), axis);
    }

    /// Pieces along an axis that end before the given places, and the rest.
    public static List<Array> split(Array x, int[] places, int axis) {
        var pieces = new ArrayList<Array>();
        int from = 0;
        for (int i = 0; i <= places.length; i++) {
            int to = i < places.length ? Math.clamp(places[i], from, x.dim(axis)) : x.dim(axis);
            pieces.add(of(Slice.of(x.node(), axis, from, to)));
            from = to;
        }
        return pieces;
    }

    /// The parts of an array along an axis, without the axis.
    ///
    /// ```
    /// unstack(array(1, 2), 0)    // [array(1, dtype=int32), array(2, dtype=int32)]
    /// ```
    public static List<Array> unstack(Array x, int axis) {
        int a = x.shape().axis("unstack", axis);
        return IntStream.range(0, x.dim(a)).mapToObj(i -> of(x.node().slice(a, i, i + 1).squeeze(a))).toList();
    }

    /// Elements moved along an axis; those that leave at the end come in at the beginning.
    ///
    /// ```
    /// roll(array(1, 2, 3), 1, 0)    // array([3, 1, 2], dtype=int32)
    /// ```
    public static Array roll(Array x, int shift, int axis) { return Rearranging.roll(x, shift, axis); }

    /// The same along several axes.
    public static Array roll(Array x, int[] shifts, int... axes) { return Rearranging.roll(x, shifts, axes); }

    /// The array so many times along each axis, counts aligned with the last axes.
    ///
    /// ```
    /// tile(array(1, 2), 2)    // array([1, 2, 1, 2], dtype=int32)
    /// ```
    public static Array tile(Array x, int... counts) { return Rearranging.tile(x, counts); }

    /// Each entry along an axis so many times.
    ///
    /// ```
    /// repeat(array(1, 2), 2, 0)    // array([1, 1, 2, 2], dtype=int32)
    /// ```
    public static Array repeat(Array x, int count, int axis) { return Rearranging.repeat(x, count, axis); }

    /// Coordinates of a grid: each vector broadcast along the others, or with `sparse` only of a shape that does.
    ///
    /// ```
    /// meshgrid(List.of(array(1, 2), array(3, 4)), false, Indexing.XY).getFirst()
    /// // array([[1, 2],
    /// //        [1, 2]], dtype=int32)
    /// ```
    public static List<Array> meshgrid(List<Array> vectors, boolean sparse, Indexing indexing) {
        return Rearranging.meshgrid(vectors, sparse, indexing);
    }

    /// x within a frame, `widths[i][0]` before and `widths[i][1]` after it along axis i.
    public static Array pad(Array x, int[][] widths, Padding mode) {
        return mode == Padding.CONSTANT ? pad(x, widths, 0) : Rearranging.frame(x, widths, mode);
    }

    /// x within a frame of `value`, `widths[i][0]` before and `widths[i][1]` after it along axis i.
    public static Array pad(Array x, int[][] widths, Array value) { return Rearranging.pad(x, widths, value); }

    /// x within a frame of one number, `widths[i][0]` before and `widths[i][1]` after it along axis i.
    public static Array pad(Array x, int[][] widths, Number value) { return pad(x, widths, scalar(value, x.dtype())); }

    /// The same width on both sides of every axis.
    ///
    /// ```
    /// pad(array(1, 2), 1, 0)    // array([0, 1, 2, 0], dtype=int32)
    /// ```
    public static Array pad(Array x, int width, Number value) {
        var widths = new int[x.rank()][];
        Arrays.fill(widths, new int[] {width, width});
        return pad(x, widths, value);
    }

    // ---- gather and scatter ------------------------------------------------------------------------------------

    /// Slices along an axis that an integer array names; its axes take the axis' place. Negative indices count from the
    /// end; one out of bounds fails when it is computed.
    ///
    /// ```
    /// take(array(10, 20, 30), array(2, 0), 0)    // array([30, 10], dtype=int32)
    /// ```
    public static Array take(Array x, Array indices, int axis) {
        return of(Gather.take(x.node(), indices.node(), axis));
    }

    /// Elements of the flattened array.
    public static Array take(Array x, Array indices) { return take(flatten(x), indices, 0); }

    /// `out[…, i, …] = x[…, indices[…, i, …], …]`; the other axes broadcast.
    ///
    /// ```
    /// takeAlongAxis(array(new int[] {1, 2, 3, 4}, 2, 2), array(new int[] {1, 0}, 2, 1), 1)
    /// // array([[2],
    /// //        [3]], dtype=int32)
    /// ```
    public static Array takeAlongAxis(Array x, Array indices, int axis) {
        int a = x.shape().axis("takeAlongAxis", axis);
        return of(Gather.of(along("takeAlongAxis", x, indices, a), along("takeAlongAxis", indices, x, a), a));
    }

    /// A copy of x with `out[…, indices[…, i, …], …] = values[…, i, …]`.
    ///
    /// ```
    /// putAlongAxis(array(1, 2, 3), array(0), array(9), 0)    // array([9, 2, 3], dtype=int32)
    /// ```
    public static Array putAlongAxis(Array x, Array indices, Array values, int axis) {
        int a = x.shape().axis("putAlongAxis", axis);
        return of(Scatter.of(null, x.node(), along("putAlongAxis", indices, x, a), values.node(), a));
    }

    // One of two arrays with all axes but one broadcast against the other.
    private static Node along(String op, Array x, Array other, int axis) {
        if (x.rank() != other.rank())
            throw new IllegalArgumentException(op + ": expected as many axes of indices, got " + x.shape() + " and "
                + other.shape());
        var shape = x.shape().with(axis, 1).broadcast(op, other.shape().with(axis, 1)).with(axis, x.dim(axis));
        return x.node().broadcast(shape);
    }

    /// A copy of x with `update` in place of the part that begins at `starts`.
    ///
    /// ```
    /// sliceUpdate(zeros(4), ones(2), 1)    // array([0, 1, 1, 0], dtype=float32)
    /// ```
    public static Array sliceUpdate(Array x, Array update, int... starts) {
        if (starts.length != x.rank() || update.rank() != x.rank())
            throw new IllegalArgumentException("sliceUpdate: expected " + x.rank() + " axes, got starts "
                + Arrays.toString(starts) + " and an update of shape " + update.shape());
        for (int i = 0; i < starts.length; i++)
            if (starts[i] < 0 || starts[i] + update.dim(i) > x.dim(i))
                throw new IndexOutOfBoundsException("sliceUpdate: " + update.shape() + " at " + Arrays.toString(starts)
                    + " does not fit " + x.shape());
        var steps = new int[starts.length];
        Arrays.fill(steps, 1);
        return of(SliceUpdate.of(x.node(), update.node(), Ints.of(starts), Ints.of(steps), false));
    }

    /// `x` with `update` written into its own memory along an axis from `start` on: no copy, and `x` is lost.
    ///
    /// It is copied after all, and not lost, if other arrays of the same evaluation need `x`, if its memory is not
    /// Lazuli's own, or if a view or a segment of it was ever computed: nobody knows whether those are still in use.
    ///
    /// ```
    /// var x = zeros(3);
    /// eval(x);
    /// donate(x, ones(1), 0, 1)    // array([0, 1, 0], dtype=float32)
    /// ```
    public static Array donate(Array x, Array update, int axis, int start) {
        return of(SliceUpdate.of(x.node(), update.node(), axis, start, true));
    }

    // ---- convolution -------------------------------------------------------------------------------------------

    /// The sums of products of a kernel with x at every place, over as many axes as x has besides the first and last.
    ///
    /// ```
    /// convGeneral(ones(1, 5, 5, 3), ones(8, 3, 3, 3), Convolving.PLAIN).shape()    // (1, 3, 3, 8)
    /// ```
    ///
    /// @param x (N, …, C)
    /// @param kernel (O, …, C / groups)
    /// @return (N, …, O)
    public static Array convGeneral(Array x, Array kernel, Convolving how) { return Convolution.of(x, kernel, how); }

    /// [#convGeneral] over one axis: x (N, L, C), kernel (O, K, C / groups).
    ///
    /// ```
    /// flatten(conv1d(arange(4).reshape(1, 4, 1), ones(1, 2, 1), Convolving.PLAIN))
    /// // array([1, 3, 5], dtype=float32)
    /// ```
    public static Array conv1d(Array x, Array kernel, Convolving how) { return conv("conv1d", 3, x, kernel, how); }

    /// [#convGeneral] over two axes: x (N, H, W, C), kernel (O, KH, KW, C / groups).
    ///
    /// ```
    /// conv2d(ones(1, 8, 8, 3), ones(16, 3, 3, 3), Convolving.PLAIN.stride(2).padding(1)).shape()    // (1, 4, 4, 16)
    /// ```
    public static Array conv2d(Array x, Array kernel, Convolving how) { return conv("conv2d", 4, x, kernel, how); }

    /// [#convGeneral] over three axes: x (N, D, H, W, C), kernel (O, KD, KH, KW, C / groups).
    ///
    /// ```
    /// conv3d(ones(1, 4, 4, 4, 2), ones(5, 2, 2, 2, 2), Convolving.PLAIN).shape()    // (1, 3, 3, 3, 5)
    /// ```
    public static Array conv3d(Array x, Array kernel, Convolving how) { return conv("conv3d", 5, x, kernel, how); }

    private static Array conv(String op, int rank, Array x, Array kernel, Convolving how) {
        if (x.rank() != rank)
            throw new IllegalArgumentException(op + ": expected " + rank + " axes, got " + x.shape());
        return convGeneral(x, kernel, how);
    }

    /// The transpose of a convolution, as a layer that makes images larger: x (N, …, C), kernel (O, …, C / groups).
    ///
    /// ```
    /// convTranspose(ones(1, 4, 4, 3), ones(8, 2, 2, 3), Convolving.PLAIN.stride(2)).shape()    // (1, 8, 8, 8)
    /// ```
    ///
    /// @param how its padding, on both sides alike, is what a convolution of the result would have
    /// @param outputPadding places more at the end of each axis
    public static Array convTranspose(Array x, Array kernel, Convolving how, int... outputPadding) {
        return Convolution.transposed(x, kernel, how, outputPadding);
    }

    /// The convolution of two vectors, one of them turned round.
    ///
    /// ```
    /// convolve(array(1f, 2f, 3f), array(0f, 1f), Overlap.FULL)    // array([0, 1, 2, 3], dtype=float32)
    /// ```
    public static Array convolve(Array a, Array b, Overlap overlap) { return Convolution.of(a, b, overlap); }

    // ---- quantisation ------------------------------------------------------------------------------------------

    /// Groups of `group` elements of the last axis in `bits` bits each, with a scale and a bias a group.
    public static Quantized quantize(Array w, int group, int bits) {
        return quantize(w, Quantization.affine(group, bits));
    }

    /// The last axis packed, group by group, each with a scale.
    ///
    /// ```
    /// quantize(ones(1, 32), Quantization.MXFP4).scales()    // array([[124]], dtype=uint8)
    /// ```
    public static Quantized quantize(Array w, Quantization format) { return Products.quantize(w, format, null); }

    /// As `quantize`, where scales are relative to one of the whole matrix, its largest magnitude; nvfp4 alone has it.
    public static Quantized quantize(Array w, Quantization format, Array globalScale) {
        return Products.quantize(w, format, globalScale);
    }

    /// The matrix that `quantize` packed, to the precision of its bits.
    ///
    /// ```
    /// var w = quantize(arange(32).reshape(1, 32).to(Dtype.FLOAT32), 32, 8);
    /// dequantize(w.weight(), w.scales(), w.biases(), 32, 8).get(at(0), range(5, 8))
    /// // array([4.98431, 5.95686, 7.05098], dtype=float32)
    /// ```
    public static Array dequantize(Array weight, Array scales, Array biases, int group, int bits) {
        return dequantize(new Quantized(weight, scales, biases), Quantization.affine(group, bits));
    }

    /// The matrix that `quantize` packed, in the type of its scales, or in `bfloat16` where these are bytes.
    ///
    /// ```
    /// var w = quantize(ones(1, 32).mul(6), Quantization.MXFP4);
    /// dequantize(w, Quantization.MXFP4).get(at(0), range(0, 2))    // array([6, 6], dtype=bfloat16)
    /// ```
    public static Array dequantize(Quantized w, Quantization format) {
        return dequantize(w, format, format.isAffine() ? w.scales().dtype() : Dtype.BFLOAT16);
    }

    /// The matrix that `quantize` packed, in a floating-point type.
    public static Array dequantize(Quantized w, Quantization format, Dtype dtype) {
        return of(Products.packed(w, format).dequantize(null).to(dtype));
    }

    /// The matrix that `quantize` packed relative to a scale of the whole.
    public static Array dequantize(Quantized w, Quantization format, Dtype dtype, Array globalScale) {
        return of(Products.packed(w, format).dequantize(globalScale.node()).to(dtype));
    }

    /// `x · wᵀ`, or `x · w` if not `transpose`, of a packed w.
    public static Array quantizedMatmul(Array x, Array weight, Array scales, Array biases, boolean transpose, int group,
                                        int bits) {
        return quantizedMatmul(x, new Quantized(weight, scales, biases), transpose, Quantization.affine(group, bits));
    }

    /// `x · wᵀ`, or `x · w` if not `transpose`, of a packed w, in the type of x.
    ///
    /// ```
    /// var w = quantize(ones(2, 32).mul(7), Quantization.MXFP8);
    /// quantizedMatmul(ones(1, 32), w, true, Quantization.MXFP8).get(0)    // array([224, 224], dtype=float32)
    /// ```
    public static Array quantizedMatmul(Array x, Quantized w, boolean transpose, Quantization format) {
        return of(QuantizedMatMul.of(x.node(), Products.packed(w, format), transpose));
    }

    /// Products of chosen matrices of x with chosen packed ones: `quantizedMatmul(x[lhs], w[rhs])`.
    ///
    /// ```
    /// var w = quantize(stack(List.of(zeros(2, 32), ones(2, 32)), 0), Quantization.MXFP8);
    /// gatherQmm(ones(1, 32), w, null, array(1, 0), true, Quantization.MXFP8).shape()    // (2, 1, 2)
    /// ```
    ///
    /// @param lhs numbers of matrices of x, leading axes flattened; null: each in turn
    /// @param rhs numbers of packed matrices, broadcast with those of x; null: each in turn
    public static Array gatherQmm(Array x, Quantized w, @Nullable Array lhs, @Nullable Array rhs, boolean transpose,
                                  Quantization format) {
        return Products.gatherQmm(x, w, lhs, rhs, transpose, format);
    }

    /// `x · wᵀ` where x is quantised as w is before. The gradient of x is as if it were not.
    ///
    /// ```
    /// var w = quantize(ones(2, 32).mul(7), Quantization.MXFP8);
    /// qqmm(ones(1, 32).mul(7), w, Quantization.MXFP8).get(0)    // array([1568, 1568], dtype=float32)
    /// ```
    public static Array qqmm(Array x, Quantized w, Quantization format) { return Products.qqmm(x, w, format); }

    /// `x · wᵀ` where both are quantised before. Gradients are as if they were not.
    public static Array qqmm(Array x, Array w, Quantization format) { return Products.qqmm(x, w, format); }

    /// The nearest floats of eight bits (e4m3: four of exponent, three of mantissa), as `uint8` codes.
    ///
    /// Numbers beyond ±448, infinities and NaN become ±448.
    ///
    /// ```
    /// toFp8(array(1f, -2.2f, 1000f))    // array([56, 193, 126], dtype=uint8)
    /// ```
    public static Array toFp8(Array x) { return Products.toFp8(x); }

    /// The numbers of `toFp8`'s codes.
    ///
    /// ```
    /// fromFp8(toFp8(array(1f, -2.2f, 1000f)), Dtype.FLOAT32)    // array([1, -2.25, 448], dtype=float32)
    /// ```
    public static Array fromFp8(Array codes, Dtype dtype) { return Products.fromFp8(codes, dtype); }

    /// Products of chosen matrices: `a[lhs] · b[rhs]`.
    ///
    /// ```
    /// var b = stack(List.of(zeros(2, 2), ones(2, 2)), 0);
    /// gatherMm(ones(1, 1, 2), b, array(0, 0), array(1, 0)).reshape(4)    // array([2, 2, 0, 0], dtype=float32)
    /// ```
    ///
    /// @param lhs numbers of matrices of a, leading axes flattened; null: each in turn
    /// @param rhs numbers of matrices of b, broadcast with those of a; null: each in turn
    public static Array gatherMm(Array a, Array b, @Nullable Array lhs, @Nullable Array rhs) {
        return Products.gatherMm(a, b, lhs, rhs);
    }

    /// Products over parts of the inner axis: for each pair (from, to) of `segments`, `a[:, from:to] · b[from:to]`.
    ///
    /// ```
    /// var segments = array(new int[] {0, 1, 1, 4}, 2, 2);
    /// segmentedMm(ones(1, 4), ones(4, 1), segments).reshape(2)    // array([1, 3], dtype=float32)
    /// ```
    ///
    /// @param a (M, K)
    /// @param b (K, N)
    /// @param segments (…, 2) integers; the result is (…, M, N)
    public static Array segmentedMm(Array a, Array b, Array segments) { return Products.segmentedMm(a, b, segments); }

    /// `a · b`, where each block of `block` rows and columns of an operand or the result is multiplied by one number of
    /// a mask, or where that is `bool` and false, is zero. In MLX the gradient of `maskOut` is wrong, here right.
    ///
    /// ```
    /// var shown = array(1, 0).to(Dtype.BOOL).reshape(1, 2);
    /// blockMaskedMm(ones(1, 64), ones(64, 64), 32, shown, null, null).get(at(0), range(31, 33))
    /// // array([64, 0], dtype=float32)
    /// ```
    ///
    /// @param maskOut (…, M / block, N / block), lengths rounded up; null: ones
    /// @param maskLhs (…, M / block, K / block), or null
    /// @param maskRhs (…, K / block, N / block), or null
    public static Array blockMaskedMm(Array a, Array b, int block, @Nullable Array maskOut, @Nullable Array maskLhs,
                                      @Nullable Array maskRhs) {
        return Products.blockMaskedMm(a, b, block, maskOut, maskLhs, maskRhs);
    }

    /// `x · wᵀ` of a matrix in GGUF's blocks as stored.
    ///
    /// ```
    /// blockMatmul(ones(1, 32), zeros(Dtype.UINT8, 5, 34), BlockFormat.Q8_0).shape()    // (1, 5)
    /// ```
    ///
    /// @param w (N, bytes of a row) as `uint8`
    public static Array blockMatmul(Array x, Array w, BlockFormat format) {
        return of(BlockMatMul.of(format, x.node(), w.node()));
    }

    /// Rows of GGUF's blocks, (…, bytes of a row), as `float32` numbers.
    ///
    /// ```
    /// decode(zeros(Dtype.UINT8, 5, 34), BlockFormat.Q8_0).shape()    // (5, 32)
    /// ```
    public static Array decode(Array w, BlockFormat format) { return of(BlockMatMul.decode(format, w.node())); }

    // ---- files -------------------------------------------------------------------------------------------------

    /// What a file holds; its name says which format it has: `.npy`, `.npz`, `.safetensors`, `.index.json` (all files
    /// that it names) or `.gguf`.
    ///
    /// Files are mapped without copies, and must not be truncated while an array of them is in use; only archives and
    /// big-endian numbers are read into memory. Of GGUF's blocks, `Q4_0`, `Q4_1` and `Q8_0` become what `quantize`
    /// makes: `x.weight`, `x.scales` and `x.biases` with groups of 32; others are decoded to `float16` when they are
    /// used. 8-bit floats of safetensors are `uint8`.
    ///
    /// ```
    /// save(Path.of("x.npy"), array(1, 2, 3));
    /// load(Path.of("x.npy")).array()    // array([1, 2, 3], dtype=int32)
    /// ```
    ///
    /// @throws IllegalArgumentException if the name does not end so
    /// @throws dev.lazuli.io.FormatException if the file is not well-formed, or of a type that arrays do not have
    /// @throws java.io.UncheckedIOException if it cannot be read
    public static Loaded load(Path path) { return Loading.load(path); }

    /// Writes an array as a `.npy` file.
    ///
    /// This holds for every format: the name gets its ending if it has not got it; the file appears whole or not at
    /// all, also when it replaces another; views are written by value; I/O errors are `UncheckedIOException`s.
    ///
    /// ```
    /// save(Path.of("x"), array(1, 2, 3));
    /// load(Path.of("x.npy")).array()    // array([1, 2, 3], dtype=int32)
    /// ```
    public static void save(Path path, Array x) { Saving.npy(path, x); }

    /// Writes arrays as a `.npz` archive: those given by themselves as `arr_0`, `arr_1`, … and those of trees under
    /// their paths.
    ///
    /// ```
    /// savez(Path.of("x.npz"), zeros(2), Map.of("w", ones(3)));
    /// load(Path.of("x.npz")).arrays().keySet()    // [arr_0, w]
    /// ```
    ///
    /// @throws IllegalArgumentException if two arrays have one name
    public static void savez(Path path, Object... trees) { Saving.npz(path, false, trees); }

    /// Writes arrays as a compressed `.npz` archive, named as `savez` does it.
    ///
    /// ```
    /// savezCompressed(Path.of("x.npz"), zeros(2), ones(3));
    /// load(Path.of("x.npz")).arrays().keySet()    // [arr_0, arr_1]
    /// ```
    public static void savezCompressed(Path path, Object... trees) { Saving.npz(path, true, trees); }

    /// Writes a tree's arrays under their paths as a safetensors file.
    ///
    /// ```
    /// saveSafetensors(Path.of("x.safetensors"), Map.of("w", List.of(ones(3))));
    /// load(Path.of("x.safetensors")).arrays()    // {w.0=array([1, 1, 1], dtype=float32)}
    /// ```
    public static void saveSafetensors(Path path, Object tree) { saveSafetensors(path, tree, Map.of()); }

    /// Writes a tree's arrays under their paths as a safetensors file that says something about itself.
    public static void saveSafetensors(Path path, Object tree, Map<String, String> metadata) {
        Saving.safetensors(Saving.named(path, ".safetensors"), tree, metadata);
    }

    /// Writes a tree's arrays under their paths as a GGUF file.
    ///
    /// @throws IllegalArgumentException if an array is `bool`, unsigned or complex, or has more than four axes
    public static void saveGguf(Path path, Object tree) { saveGguf(path, tree, Map.of()); }

    /// Writes a tree's arrays under their paths as a GGUF file with metadata: strings, lists of strings, and numbers as
    /// arrays without or with one axis, in their type.
    ///
    /// ```
    /// saveGguf(Path.of("m.gguf"), Map.of("w", ones(3)), Map.of("layers", scalar(2, Dtype.UINT32)));
    /// load(Path.of("m.gguf")).metadata().get("layers")    // array(2, dtype=uint32)
    /// ```
    public static void saveGguf(Path path, Object tree, Map<String, ?> metadata) { Saving.gguf(path, tree, metadata); }

    // ---- evaluation --------------------------------------------------------------------------------------------

    /// Computes all arrays of the trees, together.
    ///
    /// ```
    /// var x = array(1, 2);
    /// eval(x.add(x), List.of(x.mul(3)));
    /// ```
    public static void eval(Object... trees) { Evaluator.eval(Traced.nodes(Arrays.asList(trees))); }

    /// Begins to compute all arrays of some trees, each on its stream, and returns at once. Whoever needs arrays waits;
    /// an exception of the work is thrown there.
    ///
    /// ```
    /// var x = array(1, 2).mul(3);
    /// asyncEval(x);
    /// x.toIntArray()[1]    // 6
    /// ```
    public static void asyncEval(Object... trees) { Evaluator.start(Traced.nodes(Arrays.asList(trees))); }

    /// Waits for all that `asyncEval` began, on all streams.
    ///
    /// ```
    /// asyncEval(array(1, 2).mul(3));
    /// synchronize();
    /// ```
    public static void synchronize() { Evaluator.await(); }

    // ---- devices and streams -----------------------------------------------------------------------------------

    /// The device of operations that are written here: that of the stream in whose scope they are, or the one set.
    ///
    /// ```
    /// defaultDevice()    // Device(cpu, 0)
    /// ```
    public static Device defaultDevice() { return Stream.current().device(); }

    /// Sets the device of operations outside of all scopes.
    ///
    /// ```
    /// setDefaultDevice(Device.CPU);
    /// defaultDevice()    // Device(cpu, 0)
    /// ```
    ///
    /// @throws IllegalArgumentException if it is not available, as `setDefaultDevice: Device(gpu, 0) is not available:
    /// there is no Metal backend yet`
    public static void setDefaultDevice(Device device) {
        Backends.of("setDefaultDevice", device);
        Stream.choose(device);
    }

    /// The stream of a device: the one in whose scope this is, the one set, or its first.
    ///
    /// ```
    /// var s = newStream(Device.CPU);
    /// s.call(() -> defaultStream(Device.CPU)) == s    // true
    /// defaultStream(Device.CPU)                       // Stream(Device(cpu, 0), 0)
    /// ```
    ///
    /// @throws IllegalArgumentException if the device is not available
    public static Stream defaultStream(Device device) {
        Backends.of("defaultStream", device);
        return Stream.of(device);
    }

    /// Makes a stream that of its device outside of all scopes; which device is the default stays as it is.
    ///
    /// ```
    /// setDefaultStream(defaultStream(Device.CPU));
    /// defaultStream(Device.CPU)    // Stream(Device(cpu, 0), 0)
    /// ```
    public static void setDefaultStream(Stream stream) { stream.choose(); }

    /// A new stream of a device.
    ///
    /// ```
    /// Stream one = newStream(Device.CPU), other = newStream(Device.CPU);
    /// var x = one.call(() -> ones(1000, 1000).matmul(ones(1000, 1)));
    /// var y = other.call(() -> sum(arange(0, 1000)));    // may be computed at the same time
    /// x.get(0).add(y)                                    // array([500500], dtype=float32)
    /// ```
    ///
    /// @throws IllegalArgumentException if the device is not available
    public static Stream newStream(Device device) {
        Backends.of("newStream", device);
        return Stream.on(device);
    }

    /// Waits for what `asyncEval` began on a stream.
    ///
    /// ```
    /// var s = newStream(Device.CPU);
    /// s.run(() -> asyncEval(ones(3).mul(2)));
    /// synchronize(s);
    /// ```
    ///
    /// @throws RuntimeException what it failed with, unless somebody was told before
    public static void synchronize(Stream stream) { Evaluator.await(stream); }

    /// How many devices of a type there are.
    ///
    /// ```
    /// deviceCount(Device.Type.CPU)    // 1
    /// ```
    public static int deviceCount(Device.Type type) { return Backends.count(type); }

    /// Whether arrays can be computed on a device.
    ///
    /// ```
    /// isAvailable(Device.CPU)    // true
    /// ```
    public static boolean isAvailable(Device device) { return Backends.has(device); }

    /// What is known of a device: `device_name`, `architecture`, and bytes of memory as `memory_size`.
    ///
    /// ```
    /// deviceInfo(Device.CPU).get("device_name")    // cpu
    /// ```
    ///
    /// @throws IllegalArgumentException if the device is not available
    public static Map<String, Object> deviceInfo(Device device) { return Backends.facts("deviceInfo", device); }

    // ---- functions of functions --------------------------------------------------------------------------------

    /// The gradient of a function of a tree that returns a scalar: a function that returns a tree of the same type.
    ///
    /// Arrays of integers in the tree are left as they are.
    ///
    /// ```
    /// grad((Array x) -> sum(x.mul(x))).apply(array(1f, 2f, 3f))    // array([2, 4, 6], dtype=float32)
    /// ```
    ///
    /// @throws IllegalArgumentException when applied, if the function does not return a real scalar:
    ///     `grad: expected a function that returns a scalar, got shape (2,); reduce it with sum() or mean()`
    public static <T> Function<T, T> grad(Function<T, Array> f) { return x -> valueAndGrad(f).apply(x).gradient(); }

    /// As `grad`, with the value beside the gradient.
    ///
    /// ```
    /// valueAndGrad((Array x) -> sum(x.mul(x))).apply(array(3f)).gradient()    // array([6], dtype=float32)
    /// ```
    public static <T> Function<T, Gradient<Array, T>> valueAndGrad(Function<T, Array> f) {
        return valueAndGrad(f, path -> true);
    }

    /// As `valueAndGrad`, for the arrays whose paths the predicate accepts; the gradient has null in place of others.
    public static <T> Function<T, Gradient<Array, T>> valueAndGrad(Function<T, Array> f, Predicate<String> trained) {
        return x -> Transforms.valueAndGrad(f, trained, x);
    }

    /// The value of a function and the product of a cotangent with its Jacobian. Both are trees.
    ///
    /// ```
    /// vjp((Array x) -> x.mul(x), array(3f), array(10f)).gradient()    // array([60], dtype=float32)
    /// ```
    public static <T, V> Gradient<V, T> vjp(Function<T, V> f, T x, V cotangent) {
        return Transforms.vjp(f, x, cotangent);
    }

    /// The value of a function and the product of its Jacobian with a tangent. Both are trees.
    ///
    /// ```
    /// jvp((Array x) -> x.mul(x), array(1f, 2f), array(1f, 1f)).tangent()    // array([2, 4], dtype=float32)
    /// ```
    public static <T, V> Tangent<V> jvp(Function<T, V> f, T x, T tangent) { return Transforms.jvp(f, x, tangent); }

    /// The function applied to every entry of the first axis of all arrays of its argument.
    ///
    /// ```
    /// vmap((Array row) -> sum(row)).apply(ones(3, 2))    // array([2, 2, 2], dtype=float32)
    /// ```
    public static <T, V> Function<T, V> vmap(Function<T, V> f) { return vmap(f, 0, 0); }

    /// The function applied along an axis of all arrays of its argument; its results are put along another.
    public static <T, V> Function<T, V> vmap(Function<T, V> f, int inAxis, int outAxis) {
        return x -> Transforms.vmap(f, inAxis, outAxis, x);
    }

    /// A function that is traced once for each kind of argument; see [Compiled].
    ///
    /// ```
    /// compile((Array x) -> exp(x).add(1)).apply(array(0f))    // array([2], dtype=float32)
    /// ```
    public static <T, V> Compiled<T, V> compile(Function<T, V> f) { return new Compiled<>(f, null); }

    /// The function, whose intermediate results are not kept for its gradient but computed again: less memory, more
    /// work.
    ///
    /// ```
    /// grad((Array x) -> sum(checkpoint((Array t) -> exp(sin(t))).apply(x)))
    /// ```
    public static <T, V> Function<T, V> checkpoint(Function<T, V> f) { return x -> Transforms.checkpoint(f, x); }

    /// A function that can be given derivatives and batching of its own; see [Custom].
    ///
    /// ```
    /// var f = customFunction((Array x) -> round(x)).vjp((x, y, ct) -> ct);
    /// grad((Array x) -> sum(f.apply(x))).apply(array(0.3f))    // array([1], dtype=float32)
    /// ```
    public static <T, V> Custom<T, V> customFunction(Function<T, V> f) { return new Custom<>(f, null, null, null); }

    // ---- functions in files ------------------------------------------------------------------------------------

    /// Writes what a function does with arguments like these, and the arrays it uses besides, so that another process
    /// can run it. Each stands for one kind: for its types and shapes, and for more leading axes; for other sizes there
    /// is [#exportShapeless].
    ///
    /// ```
    /// exportFunction(Path.of("double.safetensors"), (Array x) -> x.mul(2).sum(), ones(3), ones(2, 2));
    /// var f = importFunction(Path.of("double.safetensors"));
    /// f.signatures()                     // [(float32 (3,)), (float32 (2, 2))]
    /// f.apply(array(1f, 2f, 3f))         // {=array(12, dtype=float32)}
    /// f.apply(ones(2, 2))                // {=array(8, dtype=float32)}
    /// f.apply(ones(2, 3))                // {=array([6, 6], dtype=float32)}
    /// ```
    ///
    /// @throws IllegalArgumentException if two arguments are of one kind, or there is none
    @SafeVarargs public static <T, V> void exportFunction(Path path, Function<T, V> f, T... like) {
        Imported.write(path, f, List.of(like));
    }

    /// Writes what a function does with arguments of those types and of any sizes for which it does the same. Which
    /// sizes are free is found out by tracing it at many; axes of one length in the example may have to stay equal.
    ///
    /// A number among the operations, as the 1/n of a mean, is written as a formula of sizes; each formula is compared
    /// with traces at other sizes, and a size is free from the least to the largest at which it was tried. Arrays that
    /// the function uses besides its argument keep their sizes.
    ///
    /// ```
    /// exportShapeless(Path.of("mean.safetensors"), (Array x) -> mean(x.mul(array(1f, 2f)), 0), ones(3, 2));
    /// var f = importFunction(Path.of("mean.safetensors"));
    /// f.signatures()            // [(float32 (n1, 2)) for n1 in 0..65535]
    /// f.apply(ones(5, 2))       // {=array([1, 2], dtype=float32)}
    /// ```
    ///
    /// @throws IllegalArgumentException if no size is free, or if a number is no formula of those that are
    public static <T, V> void exportShapeless(Path path, Function<T, V> f, T like) {
        Imported.write(path, List.of(Shapeless.of(f, like)));
    }

    /// Reads a function that [#exportFunction] or [#exportShapeless] wrote.
    ///
    /// ```
    /// exportFunction(Path.of("double.safetensors"), (Array x) -> x.mul(2), ones(3));
    /// importFunction(Path.of("double.safetensors")).apply(array(1f, 2f, 3f))    // {=array([2, 4, 6], dtype=float32)}
    /// ```
    ///
    /// @throws dev.lazuli.io.FormatException if the file holds none, or one that makes no sense
    public static Imported importFunction(Path path) { return Imported.read(path); }

    /// The operations behind some trees of arrays, in the language of Graphviz.
    ///
    /// ```
    /// toDot(exp(ones(1))).lines().count()    // 7
    /// ```
    public static String toDot(Object... trees) { return Dot.of(Traced.nodes(Arrays.asList(trees))); }

    // ---- insight -----------------------------------------------------------------------------------------------

    /// Runs work and says which kernels ran on this thread meanwhile; its text is a table.
    ///
    /// ```
    /// profile(() -> eval(exp(array(1f, 2f)).mul(2))).rows().size()    // 1
    /// ```
    public static Profile profile(Runnable work) { return Profile.of(work); }
}
