package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.AffineFormat;
import dev.lazuli.cpu.QuantizedKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.S2I;

/// Numbers of 4 or 8 bits, converted where they lie in their word; see [Specialised].
///
/// Field p of a word reads 2^(p · bits) times too large, and the vector x is laid out to fit: plane p holds what
/// multiplies field p of each word, divided by that. It is exact, and a vector of numbers takes three operations: a
/// mask, a conversion, a multiply-add; 40 instructions for 64 bytes of 4-bit numbers.
///
/// Scales and biases come as stored, a vector of groups at a time, within the loop over the words: read before or after
/// it they cost a third of its speed from memory. They are widened in line, and scales pass through scratch: a method
/// for it, or a vector carried around the loop, was boxed in some processes.
///
/// Two lines far from each other are two streams of three arrays each, which the hardware reads ahead. With four lines
/// sums spill, and from memory they were half as fast on Zen 5.
final class Affine implements QuantizedKernel {
    private static final AffineFormat FORMAT = Specialised.format(MethodHandles.lookup(), AffineFormat.class);
    private static final int BITS = FORMAT.bits();
    private static final int GROUP = FORMAT.group();
    private static final int PLANES = FORMAT.perWord();
    private static final int MASK = (1 << BITS) - 1;
    private static final Dtype SCALE = FORMAT.scales();
    private static final int SCALE_BYTES = SCALE.bytes();

    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final VectorSpecies<Integer> I = Species.INT;
    private static final int LANES = F.length();
    private static final int STEP = 4 * LANES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /// Words of a group, and of as many groups as a vector has lanes.
    private static final int WORDS = GROUP / PLANES;
    private static final int BLOCK = WORDS * LANES;

    /// The group of each word of a vector, counted from that of the first.
    private static final IntVector GROUPS =
        IntVector.zero(I).addIndex(1).lanewise(LSHR, Integer.numberOfTrailingZeros(WORDS));

    private static final FloatVector LANE = FloatVector.zero(F).addIndex(1);

    /// A half that is sign-extended and moved up has its sign and its bits where a float has them: `float16` is then
    /// too small by a power of two, and what is beyond its largest number was infinite or NaN; see [Halves].
    private static final boolean BRAIN = SCALE == Dtype.BFLOAT16;
    private static final int HALF_SHIFT = BRAIN ? 16 : 13;
    private static final int HALF_BITS = BRAIN ? -1 : Halves.SIGN_AND_HALF;
    private static final float HALF_FACTOR = BRAIN ? 1 : 0x1p112f;
    private static final float HALF_LIMIT = BRAIN ? Float.POSITIVE_INFINITY : 65536;

    Affine() {}

    @Override public long preparedBytes(int depth) {
        return 4L * depth + (long) STEP * ((depth / GROUP + LANES - 1) / LANES);
    }

    @Override public void prepare(long x, int depth, long to) {
        Planes.write(PLANES, x, depth, to);
        Planes.sums(GROUP, x, depth, to + 4L * depth);
    }

    @Override public void lines(long words, long step, long scales, long scaleStep, long biases, long biasStep,
                                int depth, long x, long scratch, long sums) {
        long scales1 = scales + scaleStep, biases1 = biases + biasStep;
        int groups = depth / GROUP;
        if (groups < LANES) {
            scales = pad(scales, groups, scratch + STEP * 2);
            scales1 = pad(scales1, groups, scratch + STEP * 3);
            biases = pad(biases, groups, scratch + STEP * 4);
            biases1 = pad(biases1, groups, scratch + STEP * 5);
        }
        multiply(words, words + step, scales, scales1, biases, biases1, depth, x, x + 4L * depth, scratch, sums);
    }

    /// Copies fewer scales than a vector has lanes, so that a whole vector can be read.
    private static long pad(long from, int count, long to) {
        Ram.zero(to, STEP);
        MemorySegment.copy(ALL, from, ALL, to, (long) count * SCALE_BYTES);
        return to;
    }

    private static float scale(long at) {
        if (SCALE == Dtype.FLOAT32) return ALL.get(JAVA_FLOAT_UNALIGNED, at);
        short bits = ALL.get(JAVA_SHORT_UNALIGNED, at);
        return SCALE == Dtype.FLOAT16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
    }

    private static void multiply(long words0, long words1, long scales0, long scales1, long biases0, long biases1,
                                 int depth, long x, long groupSums, long scratch, long sums) {
        long w0 = Ram.bounded(words0), w1 = Ram.bounded(words1), y = Ram.bounded(x), z = Ram.bounded(groupSums);
        long c0 = Ram.bounded(scales0), c1 = Ram.bounded(scales1);
        long b0 = Ram.bounded(biases0), b1 = Ram.bounded(biases1);
        FloatVector s0 = FloatVector.zero(F), s1 = s0;
        long wide = Ram.bounded(scratch);
        int end = depth / PLANES / LANES * LANES, last = Math.max(0, depth / GROUP - LANES);
        for (int i = 0; i < end; i += LANES) {
            long at = 4 * Ram.index(i), p = y + PLANES * at;
            int begun = i / BLOCK * LANES, from = Math.min(begun, last);
            if ((i & BLOCK - 1) == 0) {
                long g = Ram.index(from);
                var unseen = LANE.compare(GE, begun - from);
                var sum = FloatVector.fromMemorySegment(F, ALL, z + 4 * g, ORDER);
                g *= SCALE_BYTES;
                if (SCALE == Dtype.FLOAT32) {
                    s0 = s0.blend(FloatVector.fromMemorySegment(F, ALL, b0 + g, ORDER).fma(sum, s0), unseen);
                    s1 = s1.blend(FloatVector.fromMemorySegment(F, ALL, b1 + g, ORDER).fma(sum, s1), unseen);
                    FloatVector.fromMemorySegment(F, ALL, c0 + g, ORDER).intoMemorySegment(ALL, wide, ORDER);
                    FloatVector.fromMemorySegment(F, ALL, c1 + g, ORDER).intoMemorySegment(ALL, wide + STEP, ORDER);
                } else {
                    var h = ((IntVector) ShortVector.fromMemorySegment(Species.HALF, ALL, b0 + g, ORDER)
                        .convertShape(S2I, I, 0)).lanewise(LSHL, HALF_SHIFT).and(HALF_BITS).reinterpretAsFloats()
                        .mul(HALF_FACTOR);
                    s0 = s0.blend(h.reinterpretAsInts().lanewise(OR, Halves.INFINITY,
                        h.abs().compare(GE, HALF_LIMIT).cast(I)).reinterpretAsFloats().fma(sum, s0), unseen);
                    var k = ((IntVector) ShortVector.fromMemorySegment(Species.HALF, ALL, b1 + g, ORDER)
                        .convertShape(S2I, I, 0)).lanewise(LSHL, HALF_SHIFT).and(HALF_BITS).reinterpretAsFloats()
                        .mul(HALF_FACTOR);
                    s1 = s1.blend(k.reinterpretAsInts().lanewise(OR, Halves.INFINITY,
                        k.abs().compare(GE, HALF_LIMIT).cast(I)).reinterpretAsFloats().fma(sum, s1), unseen);
                    var m = ((IntVector) ShortVector.fromMemorySegment(Species.HALF, ALL, c0 + g, ORDER)
                        .convertShape(S2I, I, 0)).lanewise(LSHL, HALF_SHIFT).and(HALF_BITS).reinterpretAsFloats()
                        .mul(HALF_FACTOR);
                    m.reinterpretAsInts().lanewise(OR, Halves.INFINITY, m.abs().compare(GE, HALF_LIMIT).cast(I))
                        .intoMemorySegment(ALL, wide, ORDER);
                    var n = ((IntVector) ShortVector.fromMemorySegment(Species.HALF, ALL, c1 + g, ORDER)
                        .convertShape(S2I, I, 0)).lanewise(LSHL, HALF_SHIFT).and(HALF_BITS).reinterpretAsFloats()
                        .mul(HALF_FACTOR);
                    n.reinterpretAsInts().lanewise(OR, Halves.INFINITY, n.abs().compare(GE, HALF_LIMIT).cast(I))
                        .intoMemorySegment(ALL, wide + STEP, ORDER);
                }
            }
            var a = IntVector.fromMemorySegment(I, ALL, w0 + at, ORDER);
            var b = IntVector.fromMemorySegment(I, ALL, w1 + at, ORDER);
            var v = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
            var t0 = a.and(MASK).convertShape(I2F, F, 0).reinterpretAsFloats().mul(v);
            var t1 = b.and(MASK).convertShape(I2F, F, 0).reinterpretAsFloats().mul(v);
            v = FloatVector.fromMemorySegment(F, ALL, p + STEP, ORDER);
            t0 = a.and(MASK << BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
            t1 = b.and(MASK << BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
            v = FloatVector.fromMemorySegment(F, ALL, p + 2 * STEP, ORDER);
            t0 = a.and(MASK << 2 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
            t1 = b.and(MASK << 2 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
            if (BITS == 4) {
                v = FloatVector.fromMemorySegment(F, ALL, p + 3 * STEP, ORDER);
                t0 = a.and(MASK << 3 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
                t1 = b.and(MASK << 3 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
                v = FloatVector.fromMemorySegment(F, ALL, p + 4 * STEP, ORDER);
                t0 = a.and(MASK << 4 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
                t1 = b.and(MASK << 4 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
                v = FloatVector.fromMemorySegment(F, ALL, p + 5 * STEP, ORDER);
                t0 = a.and(MASK << 5 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
                t1 = b.and(MASK << 5 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
                v = FloatVector.fromMemorySegment(F, ALL, p + 6 * STEP, ORDER);
                t0 = a.and(MASK << 6 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
                t1 = b.and(MASK << 6 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
            }
            v = FloatVector.fromMemorySegment(F, ALL, p + (PLANES - 1) * STEP, ORDER);
            t0 = a.lanewise(LSHR, 32 - BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t0);
            t1 = b.lanewise(LSHR, 32 - BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(v, t1);
            var group = GROUPS.add(i / WORDS - from);
            s0 = t0.fma(group.selectFrom(IntVector.fromMemorySegment(I, ALL, wide, ORDER)).reinterpretAsFloats(), s0);
            s1 = t1.fma(group.selectFrom(IntVector.fromMemorySegment(I, ALL, wide + STEP, ORDER))
                .reinterpretAsFloats(), s1);
        }
        float sum0 = s0.reduceLanes(ADD), sum1 = s1.reduceLanes(ADD);
        if (end * PLANES < depth) {
            sum0 += tail(words0, scales0, biases0, end, depth, x, groupSums);
            sum1 += tail(words1, scales1, biases1, end, depth, x, groupSums);
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, sums, sum0);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4, sum1);
    }

    /// The product with the words from one on, and with the biases of the groups that no vector began.
    private static float tail(long words, long scales, long biases, int from, int depth, long x, long groupSums) {
        float sum = 0;
        for (int i = from; i < depth / PLANES; i++) {
            int w = ALL.get(JAVA_INT_UNALIGNED, words + 4L * i);
            float t = 0;
            for (int p = 0; p < PLANES; p++)
                t = Math.fma(w >>> BITS * p & MASK, ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * (i * PLANES + p)), t);
            sum = Math.fma(t, scale(scales + (long) i / WORDS * SCALE_BYTES), sum);
        }
        if ((from & BLOCK - 1) == 0)
            for (int g = from / WORDS; g < depth / GROUP; g++)
                sum = Math.fma(scale(biases + (long) g * SCALE_BYTES),
                    ALL.get(JAVA_FLOAT_UNALIGNED, groupSums + 4L * g), sum);
        return sum;
    }

    @Override public void unpack(long words, long scales, long biases, int depth, int stride, long to) {
        long line = 4L * stride;
        for (int j = 0; j < stride; j += LANES)
            for (int g = 0; g < depth / GROUP; g++) {
                long at = line * g + 4L * j, w = words + line * g * WORDS + 4L * j;
                long out = to + line * g * GROUP + 4L * j;
                unpack(Ram.bounded(w), Ram.bounded(scales + at), Ram.bounded(biases + at), line, Ram.bounded(out));
            }
    }

    /// One group of as many lines as a vector has lanes.
    private static void unpack(long words, long scales, long biases, long lineBytes, long to) {
        long line = Ram.index((int) lineBytes);
        float smaller = 1f / (1 << BITS);
        var bias = FloatVector.fromMemorySegment(F, ALL, biases, ORDER);
        var c0 = FloatVector.fromMemorySegment(F, ALL, scales, ORDER);
        var c1 = c0.mul(smaller);
        var c2 = c1.mul(smaller);
        var c3 = c2.mul(smaller);
        var c4 = c3.mul(smaller);
        var c5 = c4.mul(smaller);
        var c6 = c5.mul(smaller);
        for (int i = 0; i < WORDS; i++) {
            long at = Ram.bounded(to + PLANES * line * i);
            var w = IntVector.fromMemorySegment(I, ALL, Ram.bounded(words + line * i), ORDER);
            w.and(MASK).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c0, bias)
                .intoMemorySegment(ALL, at, ORDER);
            w.and(MASK << BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c1, bias)
                .intoMemorySegment(ALL, at + line, ORDER);
            w.and(MASK << 2 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c2, bias)
                .intoMemorySegment(ALL, at + 2 * line, ORDER);
            if (BITS == 4) {
                w.and(MASK << 3 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c3, bias)
                    .intoMemorySegment(ALL, at + 3 * line, ORDER);
                w.and(MASK << 4 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c4, bias)
                    .intoMemorySegment(ALL, at + 4 * line, ORDER);
                w.and(MASK << 5 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c5, bias)
                    .intoMemorySegment(ALL, at + 5 * line, ORDER);
                w.and(MASK << 6 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c6, bias)
                    .intoMemorySegment(ALL, at + 6 * line, ORDER);
            }
            w.lanewise(LSHR, 32 - BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c0, bias)
                .intoMemorySegment(ALL, at + (PLANES - 1) * line, ORDER);
        }
    }

    @Override public void unpackLine(long words, long scales, long biases, int depth, long to) {
        long line = Ram.bounded(words), s = Ram.bounded(scales), z = Ram.bounded(biases), y = Ram.bounded(to);
        int end = depth / PLANES / LANES * LANES;
        float larger = 1 << BITS;
        for (int i = 0; i < end; i += LANES) {
            long at = 4 * Ram.index(i), p = y + PLANES * at, g = STEP * Ram.index(i / BLOCK);
            var w = IntVector.fromMemorySegment(I, ALL, line + at, ORDER);
            var group = GROUPS.add(i / WORDS);
            var c = group.selectFrom(IntVector.fromMemorySegment(I, ALL, s + g, ORDER)).reinterpretAsFloats();
            var last = group.selectFrom(IntVector.fromMemorySegment(I, ALL, z + g, ORDER)).reinterpretAsFloats();
            w.lanewise(LSHR, 32 - BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c, last)
                .intoMemorySegment(ALL, p + (PLANES - 1) * STEP, ORDER);
            w.and(MASK).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c, last).intoMemorySegment(ALL, p, ORDER);
            var b = last.mul(larger);
            w.and(MASK << BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c, b)
                .intoMemorySegment(ALL, p + STEP, ORDER);
            b = b.mul(larger);
            w.and(MASK << 2 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c, b)
                .intoMemorySegment(ALL, p + 2 * STEP, ORDER);
            if (BITS == 4) {
                b = b.mul(larger);
                w.and(MASK << 3 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c, b)
                    .intoMemorySegment(ALL, p + 3 * STEP, ORDER);
                b = b.mul(larger);
                w.and(MASK << 4 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c, b)
                    .intoMemorySegment(ALL, p + 4 * STEP, ORDER);
                b = b.mul(larger);
                w.and(MASK << 5 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c, b)
                    .intoMemorySegment(ALL, p + 5 * STEP, ORDER);
                b = b.mul(larger);
                w.and(MASK << 6 * BITS).convertShape(I2F, F, 0).reinterpretAsFloats().fma(c, b)
                    .intoMemorySegment(ALL, p + 6 * STEP, ORDER);
            }
        }
        for (int i = end; i < depth / PLANES; i++) {
            int w = ALL.get(JAVA_INT_UNALIGNED, words + 4L * i);
            float c = ALL.get(JAVA_FLOAT_UNALIGNED, scales + i / WORDS * 4L);
            float b = ALL.get(JAVA_FLOAT_UNALIGNED, biases + i / WORDS * 4L);
            for (int p = 0; p < PLANES; p++)
                ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * (i * PLANES + p), Math.fma(w >>> BITS * p & MASK, c, b));
        }
    }
}
