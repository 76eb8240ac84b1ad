package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;

import static dev.lazuli.cpu.BlockScales.half;
import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.ROR;

/// Q4_0, Q4_1, Q5_0 and Q5_1; see [Specialised].
///
/// With vectors of 512 bits, four blocks at a time: two loads hold them all, and of both are picked a vector of their
/// words, one of their scales, and so on. Each nibble of the words takes a mask, a conversion and a multiply-add. Two
/// lines take turns: their blocks in one body shared loads and conversions, but Q5_0 was slower for it. What is left,
/// and everything with shorter vectors, is multiplied block by block, each byte widened to a lane.
final class NibbleBlocks implements BlockKernel {
    private static final BlockFormat FORMAT = Specialised.format(MethodHandles.lookup(), BlockFormat.class);
    private static final int BYTES = FORMAT.bytes();
    private static final int ELEMENTS = FORMAT.elements();
    private static final int QUANTS = FORMAT.low().at();
    private static final int OFFSET = FORMAT.offset();
    private static final boolean MINIMUM = FORMAT.hasMinimum();
    private static final boolean FIVE = FORMAT.high() != null;
    private static final int FIFTHS = QUANTS - 4;

    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final VectorSpecies<Integer> I = Species.INT;
    private static final VectorSpecies<Short> S = VectorSpecies.of(short.class, Species.SHAPE);
    private static final int LANES = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final IntVector TURN = IntVector.zero(I).addIndex(-1).add(4);

    /// Blocks at a time, their bytes, and where the second vector of them begins.
    private static final int SOME = LANES == 16 ? 4 : Integer.MAX_VALUE;
    private static final int SOME_BYTES = 4 * BYTES;
    private static final int END = SOME_BYTES - 64;

    /// Of both vectors: the words; the scales, or scales and minima by turns; the fifth bits.
    private static final ShortVector WORDS = pick(i -> QUANTS + i * 2);
    private static final ShortVector SCALES = pick(i -> MINIMUM ? i / 2 % 2 * 2 : 0);
    private static final ShortVector FIVES = pick(i -> FIFTHS + i % 2 * 2);

    /// The scale that a lane's minimum follows, or that it is itself.
    private static final VectorShuffle<Float> SCALE = VectorShuffle.fromOp(F, l -> l & -2);

    /// How far down the fifth bits of a word's low nibbles are, and what moves four bits to four bytes, above nibbles.
    private static final IntVector DOWN = IntVector.zero(I).addIndex(4).and(15);
    private static final int SPREAD = 1 << 4 | 1 << 11 | 1 << 18 | 1 << 25;
    private static final int NIBBLES = 0x0F0F0F0F, FIFTH = 0x10101010;

    /// A number of low nibbles, and of high ones, in the lowest byte; bytes of a plane of the prepared vector.
    private static final int LOW = FIVE ? 31 : 15, HIGH = FIVE ? 31 : 240;
    private static final int STEP = 64, PLANES = 9 * STEP;

    NibbleBlocks() {}

    /// For each half of a vector of four blocks what lies so many bytes into its block.
    private static ShortVector pick(IntUnaryOperator at) {
        var picks = new short[S.length()];
        for (int i = 0; i < picks.length; i++) {
            int b = i / 8 * BYTES + at.applyAsInt(i % 8);
            picks[i] = (short) (b < 64 ? b / 2 : 32 + (b - END) / 2);
        }
        return ShortVector.fromArray(S, picks, 0);
    }

    @Override public long preparedBytes(int depth) {
        int count = depth / ELEMENTS;
        return (long) count / SOME * PLANES + Prepared.bytes(FORMAT, count % SOME * ELEMENTS);
    }

    @Override public void prepare(long x, int depth, long to) {
        int count = depth / ELEMENTS, some = count / SOME;
        for (int i = 0; i < some; i++, to += PLANES)
            for (int block = 0; block < 4; block++, x += 4 * ELEMENTS) {
                for (int half = 0; half < 2; half++)
                    Words.write(x + half * 64, FIVE ? 0 : half * 4, FIVE ? 5 : 4, 2 * STEP,
                        to + half * STEP + block * 16);
                float sum = Words.sum(x, ELEMENTS);
                for (int lane = 0; lane < 4; lane++)
                    ALL.set(JAVA_FLOAT_UNALIGNED, to + 8 * STEP + block * 16 + lane * 4,
                        lane != (MINIMUM ? 1 : 0) ? 0 : MINIMUM ? sum : -OFFSET * sum);
            }
        Prepared.write(FORMAT, x, depth - some * SOME * ELEMENTS, to);
    }

    @Override public long scratchBytes(int count) { return 0; }

    @Override public void lines(long blocks, long step, int count, long x, long scratch, long sums) {
        int some = count / SOME;
        some(blocks, step, some, x, sums);
        for (int i = 0; i < LINES; i++, blocks += step, sums += 4)
            ALL.set(JAVA_FLOAT_UNALIGNED, sums, ALL.get(JAVA_FLOAT_UNALIGNED, sums)
                + each(blocks + (long) some * SOME_BYTES, count % SOME, x + (long) some * PLANES));
    }

    private static void some(long blocks, long step, int count, long x, long sums) {
        long at = Ram.bounded(blocks), other = Ram.bounded(blocks + step);
        x = Ram.bounded(x);
        FloatVector s0 = FloatVector.zero(F), s1 = s0;
        for (int i = 0; i < 2 * count; i++) {
            long y = x + PLANES * (Ram.index(i) >>> 1);
            var a = ShortVector.fromMemorySegment(S, ALL, at, ORDER);
            var b = ShortVector.fromMemorySegment(S, ALL, at + END, ORDER);
            // Halves become floats as in Halves, from the upper half of a word; the lower one is masked out.
            var f = SCALES.selectFrom(a, b).reinterpretAsInts().lanewise(ASHR, 3).and(Halves.SIGN_AND_HALF)
                .reinterpretAsFloats().mul(0x1p112f);
            var scale = f.reinterpretAsInts().lanewise(OR, Halves.INFINITY, f.abs().compare(GE, 65536f).cast(I))
                .reinterpretAsFloats();
            var rest = FloatVector.fromMemorySegment(F, ALL, y + 8 * STEP, ORDER);
            if (MINIMUM) s0 = scale.fma(rest, s0);
            if (MINIMUM) scale = scale.rearrange(SCALE);
            IntVector low = WORDS.selectFrom(a, b).reinterpretAsInts(), high = low;
            if (FIVE) {
                var bits = FIVES.selectFrom(a, b).reinterpretAsInts();
                high = low.lanewise(LSHR, 4).and(NIBBLES)
                    .or(bits.lanewise(LSHR, DOWN.add(16)).and(15).mul(SPREAD).and(FIFTH));
                low = low.and(NIBBLES).or(bits.lanewise(LSHR, DOWN).and(15).mul(SPREAD).and(FIFTH));
            }
            var v = low.and(LOW).convertShape(I2F, F, 0).reinterpretAsFloats();
            var w = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
            var t = MINIMUM ? v.mul(w) : v.fma(w, rest);
            t = high.and(HIGH).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + STEP, ORDER), t);
            t = low.and(LOW << 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 2 * STEP, ORDER), t);
            t = high.and(HIGH << 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 3 * STEP, ORDER), t);
            s0 = t.fma(scale, s0);
            t = low.and(LOW << 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .mul(FloatVector.fromMemorySegment(F, ALL, y + 4 * STEP, ORDER));
            t = high.and(HIGH << 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 5 * STEP, ORDER), t);
            t = low.and(LOW << 24).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 6 * STEP, ORDER), t);
            t = (FIVE ? high.and(HIGH << 24) : high.lanewise(LSHR, 28)).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 7 * STEP, ORDER), t);
            // the other line's turn
            var s = t.fma(scale, s0);
            s0 = s1;
            s1 = s;
            long next = Ram.bounded(at + SOME_BYTES);
            at = other;
            other = next;
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, sums, s0.reduceLanes(ADD));
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4, s1.reduceLanes(ADD));
    }

    private static float each(long blocks, int count, long x) {
        blocks = Ram.bounded(blocks);
        x = Ram.bounded(x);
        long sums = Ram.bounded(x + 128L * count);
        var sum = FloatVector.zero(F);
        float rest = 0;
        for (int i = 0; i < count; i++) {
            long n = Ram.index(i), at = blocks + BYTES * n, y = x + 128 * n;
            var t = FloatVector.zero(F);
            for (int l = 0; l < 16; l += LANES) {
                var b = Widen.unsigned(at + QUANTS + l);
                var low = b.and(15);
                var high = b.and(240);
                if (FIVE) {
                    var bits = IntVector.broadcast(I, ALL.get(JAVA_INT_UNALIGNED, at + FIFTHS))
                        .lanewise(ROL, TURN.sub(l));
                    low = bits.and(16).or(low);
                    high = bits.lanewise(ROR, 12).and(256).or(high);
                }
                t = ((FloatVector) low.convertShape(I2F, F, 0))
                    .fma(FloatVector.fromMemorySegment(F, ALL, y + 4 * l, ORDER), t);
                t = ((FloatVector) high.convertShape(I2F, F, 0))
                    .fma(FloatVector.fromMemorySegment(F, ALL, y + 64 + 4 * l, ORDER), t);
            }
            float scale = half(at);
            sum = t.fma(FloatVector.broadcast(F, scale), sum);
            rest = Math.fma(MINIMUM ? half(at + 2) : scale, ALL.get(JAVA_FLOAT_UNALIGNED, sums + 4 * n), rest);
        }
        return sum.reduceLanes(ADD) + (MINIMUM ? rest : -OFFSET * rest);
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        blocks = Ram.bounded(blocks);
        to = Ram.bounded(to);
        for (int i = 0; i < count; i++) {
            long n = Ram.index(i), at = blocks + BYTES * n, y = to + 128 * n;
            float scale = half(at);
            var least = FloatVector.broadcast(F, MINIMUM ? half(at + 2) : -OFFSET * scale);
            for (int l = 0; l < 16; l += LANES) {
                var b = Widen.unsigned(at + QUANTS + l);
                var low = b.and(15);
                var high = b.and(240);
                if (FIVE) {
                    var bits = IntVector.broadcast(I, ALL.get(JAVA_INT_UNALIGNED, at + FIFTHS))
                        .lanewise(ROL, TURN.sub(l));
                    low = bits.and(16).or(low);
                    high = bits.lanewise(ROR, 12).and(256).or(high);
                }
                ((FloatVector) low.convertShape(I2F, F, 0)).fma(FloatVector.broadcast(F, scale), least)
                    .intoMemorySegment(ALL, y + 4 * l, ORDER);
                ((FloatVector) high.convertShape(I2F, F, 0)).fma(FloatVector.broadcast(F, scale / 16), least)
                    .intoMemorySegment(ALL, y + 64 + 4 * l, ORDER);
            }
        }
    }
}
