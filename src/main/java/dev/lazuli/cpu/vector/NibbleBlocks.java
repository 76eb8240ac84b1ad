package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
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
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.ROR;

/// Q4_0, Q4_1, Q5_0 and Q5_1; see [Specialised].
///
/// With vectors of 512 bits four blocks are taken at a time: two loads cover them, and three permutations pick a vector
/// of words, each lane one of its block, with its scale and its fifth bits. Each half byte of the words takes a mask, a
/// conversion and a multiply-add where it lies, by which the vector x is divided. Other blocks come alone: a mask, a
/// conversion and a multiply-add for each half of the bytes, five operations for scale and minimum.
final class NibbleBlocks implements BlockKernel {
    private static final BlockFormat FORMAT = Specialised.format(MethodHandles.lookup(), BlockFormat.class);
    private static final int BYTES = FORMAT.bytes();
    private static final int QUANTS = FORMAT.low().at();
    private static final boolean MINIMUM = FORMAT.hasMinimum();
    private static final boolean FIVE = FORMAT.high() != null;
    private static final int FIFTHS = QUANTS - 4;

    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final int LANES = F.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final IntVector TURN = IntVector.zero(Species.INT).addIndex(-1).add(4);

    /// Blocks that are taken at a time; none with shorter vectors.
    private static final int FOUR = LANES == 16 ? 4 : 1 << 30;
    private static final int FOUR_BYTES = 4 * BYTES;
    private static final int FOUR_ELEMENTS = 128;

    /// Where in four blocks the second load begins.
    private static final int LAST = FOUR_BYTES - 64;
    private static final int STEP = 64;

    /// Bytes of four prepared blocks: eight vectors that meet a half byte of each word, and the sums of each lane.
    private static final int PLANES = 9 * STEP;
    private static final VectorSpecies<Short> S = VectorSpecies.of(short.class, Species.SHAPE);
    private static final VectorSpecies<Integer> I = Species.INT;
    private static final ShortVector WORDS = pick(j -> j / 8 * BYTES + QUANTS + j % 8 * 2);
    private static final ShortVector SCALES = pick(j -> j / 8 * BYTES + (MINIMUM ? j % 2 * 2 : 0));
    private static final ShortVector BITS = pick(j -> j / 8 * BYTES + FIFTHS + j % 2 * 2);

    /// How far the fifth bits of a lane's bytes lie above the lowest.
    private static final IntVector DOWN = IntVector.zero(I).addIndex(4).and(15);
    private static final int LOWEST = FIVE ? 31 : 15, HIGHER = FIVE ? 31 : 240;

    /// Picks halves of words out of both loads, by the byte of four blocks at which they lie.
    private static ShortVector pick(IntUnaryOperator at) {
        var picks = new short[S.length()];
        for (int j = 0; j < picks.length; j++) {
            int b = at.applyAsInt(j);
            picks[j] = (short) (b < 64 ? b / 2 : 32 + (b - LAST) / 2);
        }
        return ShortVector.fromArray(S, picks, 0);
    }

    NibbleBlocks() {}

    @Override public long preparedBytes(int depth) {
        int whole = fours(depth) * FOUR_ELEMENTS;
        return (long) fours(depth) * PLANES + Prepared.bytes(FORMAT, depth - whole);
    }

    private static int fours(int depth) { return depth / FORMAT.elements() / FOUR; }

    @Override public void prepare(long x, int depth, long to) {
        int k = 0;
        for (; k < fours(depth) * FOUR_ELEMENTS; k += FOUR_ELEMENTS, to += PLANES)
            for (int lane = 0; lane < 16; lane++) lane(x + 4L * (k + lane / 4 * 32 + lane % 4 * 4), to + 4L * lane);
        Prepared.write(FORMAT, x + 4L * k, depth - k, to);
    }

    private static void lane(long x, long to) {
        float sum = 0;
        for (int p = 0; p < 8; p++) {
            float v = ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * (p / 2 + p % 2 * 16));
            sum += v;
            int up = FIVE ? p / 2 * 8 : p == 7 ? 0 : 4 * p;
            ALL.set(JAVA_FLOAT_UNALIGNED, to + p * STEP, v / (1 << up));
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, to + 8 * STEP, MINIMUM ? sum : -FORMAT.offset() * sum);
    }

    @Override public long scratchBytes(int count) { return 0; }

    @Override public float dot(long blocks, int count, long x, long scratch) {
        int four = count / FOUR;
        return fours(blocks, four, x) + ones(blocks + (long) four * FOUR_BYTES, count % FOUR, x + (long) four * PLANES);
    }

    private static float fours(long blocks, int count, long x) {
        blocks = Ram.bounded(blocks);
        x = Ram.bounded(x);
        FloatVector s0 = FloatVector.zero(F), s1 = s0;
        for (int i = 0; i < count; i++) {
            long at = blocks + FOUR_BYTES * Ram.index(i), p = x + PLANES * Ram.index(i);
            var a = ShortVector.fromMemorySegment(S, ALL, at, ORDER);
            var b = ShortVector.fromMemorySegment(S, ALL, at + LAST, ORDER);
            var v = WORDS.selectFrom(a, b).reinterpretAsInts();
            var h = SCALES.selectFrom(a, b).reinterpretAsInts();
            var f = (MINIMUM ? h.lanewise(LSHL, 16) : h).lanewise(ASHR, 3).and(Halves.SIGN_AND_HALF)
                .reinterpretAsFloats().mul(0x1p112f);
            f = f.reinterpretAsInts().lanewise(OR, Halves.INFINITY, f.abs().compare(GE, 65536f).cast(I))
                .reinterpretAsFloats();
            FloatVector t = FloatVector.fromMemorySegment(F, ALL, p + 8 * STEP, ORDER);
            if (MINIMUM) {
                var g = h.lanewise(ASHR, 3).and(Halves.SIGN_AND_HALF).reinterpretAsFloats().mul(0x1p112f);
                g = g.reinterpretAsInts().lanewise(OR, Halves.INFINITY, g.abs().compare(GE, 65536f).cast(I))
                    .reinterpretAsFloats();
                s1 = g.fma(t, s1);
            }
            IntVector c = v, d = v;
            if (FIVE) {
                // a product spreads four bits over the bytes of a word
                var z = BITS.selectFrom(a, b).reinterpretAsInts();
                c = z.lanewise(LSHR, DOWN).and(15).mul(0x02040810).and(0x10101010).or(v.and(0x0F0F0F0F));
                d = z.lanewise(LSHR, DOWN.add(16)).and(15).mul(0x02040810).and(0x10101010)
                    .or(v.lanewise(LSHR, 4).and(0x0F0F0F0F));
            }
            var y = FloatVector.fromMemorySegment(F, ALL, p, ORDER);
            var q = c.and(LOWEST).convertShape(I2F, F, 0).reinterpretAsFloats();
            t = MINIMUM ? q.mul(y) : q.fma(y, t);
            t = d.and(HIGHER).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, p + STEP, ORDER), t);
            t = c.and(LOWEST << 8).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, p + 2 * STEP, ORDER), t);
            t = d.and(HIGHER << 8).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, p + 3 * STEP, ORDER), t);
            s0 = t.fma(f, s0);
            t = c.and(LOWEST << 16).convertShape(I2F, F, 0)
                .reinterpretAsFloats().mul(FloatVector.fromMemorySegment(F, ALL, p + 4 * STEP, ORDER));
            t = d.and(HIGHER << 16).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, p + 5 * STEP, ORDER), t);
            t = c.and(LOWEST << 24).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, p + 6 * STEP, ORDER), t);
            t = (FIVE ? d.and(HIGHER << 24) : d.lanewise(LSHR, 28)).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, p + 7 * STEP, ORDER), t);
            s1 = t.fma(f, s1);
        }
        return s0.add(s1).reduceLanes(ADD);
    }

    private static float ones(long blocks, int count, long x) {
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
                    var bits = IntVector.broadcast(Species.INT, ALL.get(JAVA_INT_UNALIGNED, at + FIFTHS))
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
        return sum.reduceLanes(ADD) + (MINIMUM ? rest : -FORMAT.offset() * rest);
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        blocks = Ram.bounded(blocks);
        to = Ram.bounded(to);
        for (int i = 0; i < count; i++) {
            long n = Ram.index(i), at = blocks + BYTES * n, y = to + 128 * n;
            float scale = half(at);
            var least = FloatVector.broadcast(F, MINIMUM ? half(at + 2) : -FORMAT.offset() * scale);
            for (int l = 0; l < 16; l += LANES) {
                var b = Widen.unsigned(at + QUANTS + l);
                var low = b.and(15);
                var high = b.and(240);
                if (FIVE) {
                    var bits = IntVector.broadcast(Species.INT, ALL.get(JAVA_INT_UNALIGNED, at + FIFTHS))
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
