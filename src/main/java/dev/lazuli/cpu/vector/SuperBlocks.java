package dev.lazuli.cpu.vector;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.cpu.BlockScales;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

import static dev.lazuli.cpu.BlockScales.half;
import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROL;

/// The formats whose blocks have 256 elements, laid out as [SuperLayout] says; see [Specialised].
///
/// Each byte of a quarter takes a mask, a conversion and a multiply-add, then a quarter takes a permutation and a
/// multiply-add for its scales; high bits take a rotation, a shift and a blend for each quarter. Scales are unpacked in
/// the same loop: two loops over a row had half the speed from memory. Two lines take turns.
final class SuperBlocks implements BlockKernel {
    private static final BlockFormat FORMAT = Specialised.format(MethodHandles.lookup(), BlockFormat.class);
    private static final SuperLayout LAYOUT = new SuperLayout(FORMAT);
    private static final int BYTES = FORMAT.bytes();
    private static final int ELEMENTS = FORMAT.elements();
    private static final int GROUP = FORMAT.group();
    private static final int SCALE = FORMAT.scale();
    private static final int MINIMUM = FORMAT.minimum();
    private static final int OFFSET = FORMAT.offset();
    private static final boolean MINIMA = FORMAT.hasMinimum();

    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final VectorSpecies<Integer> I = Species.INT;
    private static final int LANES = F.length();
    private static final int STEP = 4 * LANES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private static final BlockFormat.Field LOW = FORMAT.low();
    private static final boolean TWO = FORMAT.high() != null;
    private static final BlockFormat.Field HIGH = TWO ? FORMAT.high() : LOW;
    private static final int BITS = LOW.bits();
    private static final int PARTS = LAYOUT.parts();
    private static final int ROUNDS = SuperLayout.ROUNDS;
    private static final int WORDS = LAYOUT.vectors() * STEP;

    /// What belongs to the low and to the high field in the bytes of a quarter, once they are shifted together; the
    /// bits of a number, and how far up they lie in the bytes of each quarter.
    private static final int BELOW = ((1 << BITS) - 1) * 0x01010101;
    private static final int ABOVE = TWO ? ((1 << HIGH.bits()) - 1 << BITS) * 0x01010101 : 0;
    private static final int MASK = (BELOW | ABOVE) & 0xFF;
    private static final int UP1 = LAYOUT.up(1), UP2 = LAYOUT.up(2), UP3 = LAYOUT.up(3);

    /// A run of a high field, and how the words of a vector find theirs in it. What is shorter than a vector is bytes:
    /// with two shapes of `IntVector` in a process whole ones are boxed, in other kernels too.
    private static final VectorSpecies<Byte> RUN = LANES > 4 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;
    private static final VectorShuffle<Integer> TWICE = VectorShuffle.fromOp(I, l -> l % (RUN.length() / 4));
    private static final IntVector TURNS0 = LAYOUT.turns(0), TURNS1 = LAYOUT.turns(1);
    private static final IntVector TURNS2 = LAYOUT.turns(2), TURNS3 = LAYOUT.turns(3);

    private static final VectorShuffle<Float> SLOTS0 = LAYOUT.slots(0), SLOTS1 = LAYOUT.slots(1);
    private static final VectorShuffle<Float> SLOTS2 = LAYOUT.slots(2), SLOTS3 = LAYOUT.slots(3);
    private static final boolean TOGETHER = LAYOUT.together();
    private static final VectorShuffle<Byte> SCALES = LAYOUT.order(0), LEAST = LAYOUT.order(GROUP == 32 ? 8 : 0);

    /// Where the 16 bytes of the scales lie. If they are pairs of nibbles, the high ones are the minima; if they are
    /// six bits, their low bits and the two others are in different words, which are shifted and masked.
    private static final boolean NIBBLES = FORMAT == BlockFormat.Q2_K, THREE = FORMAT == BlockFormat.Q3_K;
    private static final boolean SIX = THREE || GROUP == 32;
    private static final int PACK = NIBBLES || GROUP == 32 ? 0 : THREE ? 92 : 192;
    private static final VectorSpecies<Byte> SIXTEEN = ByteVector.SPECIES_128;
    private static final VectorShuffle<Integer> BASE = THREE ? pick(1, 2, 1, 2) : pick(1, 3, 2, 3);
    private static final VectorShuffle<Integer> TOP = THREE ? pick(3, 3, 3, 3) : pick(1, 1, 2, 2);
    private static final IntVector BASE_DOWN = THREE ? words(0, 0, 4, 4) : words(0, 0, 0, 4);
    private static final IntVector TOP_TURN = THREE ? words(4, 2, 0, -2) : words(-2, -2, -2, -2);
    private static final IntVector BASE_BITS = THREE ? bytes(15, 15, 15, 15) : bytes(63, 15, 63, 15);
    private static final IntVector TOP_BITS = THREE ? bytes(48, 48, 48, 48) : bytes(0, 48, 0, 48);

    /// The first element of each quarter, where its high bits lie, and how much less they are turned in a round.
    private static final int[] QUARTERS = IntStream.range(0, 4 * ROUNDS).map(q -> LAYOUT.element(0, q, 0)).toArray();
    private static final int[] HIGH_AT = IntStream.of(QUARTERS).map(HIGH::at).toArray();
    private static final int[] TURNED = IntStream.range(0, ROUNDS).map(r -> HIGH.shift(QUARTERS[4 * r])).toArray();
    private static final int LOW_AT = LOW.at();

    /// From a quarter's first 32 elements to its next.
    private static final int JUMP = LANES > 8 ? LAYOUT.element(0, 0, 8) - 32 : 0;

    SuperBlocks() {}

    /// Four words count, of as many as a vector has.
    private static VectorShuffle<Integer> pick(int... words) { return VectorShuffle.fromOp(I, i -> words[i % 4]); }

    private static IntVector words(int... words) { return IntVector.fromArray(I, Arrays.copyOf(words, LANES), 0); }

    private static IntVector bytes(int... bytes) { return words(bytes).mul(0x01010101); }

    @Override public long preparedBytes(int depth) {
        return 4L * depth + (long) depth / ELEMENTS * SuperLayout.SUMS;
    }

    @Override public void prepare(long x, int depth, long to) { LAYOUT.prepare(x, depth, to); }

    @Override public long scratchBytes(int count) { return (long) count * (BlockScales.FACTORS + ELEMENTS); }

    @Override public void lines(long blocks, long step, int count, long x, long scratch, long sums) {
        ALL.set(JAVA_FLOAT_UNALIGNED, sums, 0);
        ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4, 0);
        for (int round = 0; round < ROUNDS; round++) round(round, blocks, step, count, x, scratch, sums);
    }

    private static void round(int round, long blocks, long step, int count, long x, long scratch, long out) {
        long pack = Ram.bounded(blocks + PACK), low = Ram.bounded(blocks + LOW_AT + WORDS * round);
        long high0 = Ram.bounded(blocks + HIGH_AT[4 * round]), high2 = Ram.bounded(blocks + HIGH_AT[4 * round + 2]);
        int turn = TURNED[round];
        IntVector turns0 = TURNS0.sub(turn), turns1 = TURNS1.sub(turn);
        IntVector turns2 = TURNS2.sub(turn), turns3 = TURNS3.sub(turn);
        long sums = Ram.bounded(x + 4L * ELEMENTS * count + STEP * round);
        long scales = Ram.bounded(scratch + LANES * round), minima = Ram.bounded(scratch + 16 + LANES * round);
        blocks = Ram.bounded(blocks);
        scratch = Ram.bounded(scratch);
        x = Ram.bounded(x + 16 * STEP * round);
        step = Ram.bounded(step);
        FloatVector s0 = FloatVector.zero(F), s1 = s0;
        for (int i = 0; i < 2 * count; i++) {
            long n = Ram.index(i) >>> 1, at = BYTES * n + step * (i & 1), y = x + 4 * ELEMENTS * n;
            ByteVector p = ByteVector.fromMemorySegment(SIXTEEN, ALL, pack + at, ORDER), q = p;
            if (SIX) {
                var w = (IntVector) p.reinterpretShape(I, 0);
                p = q = (ByteVector) w.rearrange(BASE).lanewise(LSHR, BASE_DOWN).and(BASE_BITS)
                    .or(w.rearrange(TOP).lanewise(ROL, TOP_TURN).and(TOP_BITS)).reinterpretShape(SIXTEEN, 0);
            }
            if (NIBBLES) p = p.and((byte) 0x0F);
            if (NIBBLES) q = q.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes().and((byte) 0x0F);
            if (LANES < 16) p = p.rearrange(SCALES);
            if (LANES < 16) q = q.rearrange(LEAST);
            p.intoMemorySegment(ALL, scratch, ORDER);
            if (MINIMA && !TOGETHER) q.intoMemorySegment(ALL, scratch + 16, ORDER);
            var factors = THREE ? Widen.floats(Widen.signed(scales).sub(32)) : Widen.floats(Widen.signed(scales));
            var scale = factors.mul(half(blocks + at + SCALE));
            var least = !MINIMA ? scale
                : (TOGETHER ? factors : Widen.floats(Widen.signed(minima))).mul(half(blocks + at + MINIMUM));
            var s = least.fma(FloatVector.fromMemorySegment(F, ALL, sums + SuperLayout.SUMS * n, ORDER), s0);

            IntVector b0 = IntVector.fromMemorySegment(I, ALL, low + at, ORDER), b1 = b0, b2 = b0, b3 = b0;
            if (PARTS == 2) b2 = b3 = IntVector.fromMemorySegment(I, ALL, low + at + STEP, ORDER);
            if (TWO) {
                var h = (IntVector) ByteVector.fromMemorySegment(RUN, ALL, high0 + at, ORDER)
                    .reinterpretShape(I, 0);
                if (LANES > 8) h = h.rearrange(TWICE);
                b0 = b0.lanewise(BITWISE_BLEND, h.lanewise(ROL, turns0), ABOVE);
                b1 = b1.lanewise(LSHR, BITS).lanewise(BITWISE_BLEND, h.lanewise(ROL, turns1), ABOVE);
                if (PARTS == 2) {
                    h = (IntVector) ByteVector.fromMemorySegment(RUN, ALL, high2 + at, ORDER)
                        .reinterpretShape(I, 0);
                    if (LANES > 8) h = h.rearrange(TWICE);
                } else b2 = b2.lanewise(LSHR, 2 * BITS);
                b2 = b2.lanewise(BITWISE_BLEND, h.lanewise(ROL, turns2), ABOVE);
                b3 = b3.lanewise(LSHR, PARTS == 2 ? BITS : 3 * BITS)
                    .lanewise(BITWISE_BLEND, h.lanewise(ROL, turns3), ABOVE);
            }
            var t = b0.and(MASK).convertShape(I2F, F, 0).reinterpretAsFloats()
                .mul(FloatVector.fromMemorySegment(F, ALL, y, ORDER));
            t = b0.and(MASK << 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + STEP, ORDER), t);
            t = b0.and(MASK << 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 2 * STEP, ORDER), t);
            t = b0.and(MASK << 24).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 3 * STEP, ORDER), t);
            s = t.fma(scale.rearrange(SLOTS0), s);
            t = b1.and(MASK << UP1).convertShape(I2F, F, 0).reinterpretAsFloats()
                .mul(FloatVector.fromMemorySegment(F, ALL, y + 4 * STEP, ORDER));
            t = b1.and(MASK << UP1 + 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 5 * STEP, ORDER), t);
            t = b1.and(MASK << UP1 + 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 6 * STEP, ORDER), t);
            t = (UP1 + BITS == 8 ? b1.lanewise(LSHR, UP1 + 24) : b1.and(MASK << UP1 + 24)).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, y + 7 * STEP, ORDER), t);
            s = t.fma(scale.rearrange(SLOTS1), s);
            t = b2.and(MASK << UP2).convertShape(I2F, F, 0).reinterpretAsFloats()
                .mul(FloatVector.fromMemorySegment(F, ALL, y + 8 * STEP, ORDER));
            t = b2.and(MASK << UP2 + 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 9 * STEP, ORDER), t);
            t = b2.and(MASK << UP2 + 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 10 * STEP, ORDER), t);
            t = b2.and(MASK << UP2 + 24).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 11 * STEP, ORDER), t);
            s = t.fma(scale.rearrange(SLOTS2), s);
            t = b3.and(MASK << UP3).convertShape(I2F, F, 0).reinterpretAsFloats()
                .mul(FloatVector.fromMemorySegment(F, ALL, y + 12 * STEP, ORDER));
            t = b3.and(MASK << UP3 + 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 13 * STEP, ORDER), t);
            t = b3.and(MASK << UP3 + 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 14 * STEP, ORDER), t);
            t = (UP3 + BITS == 8 ? b3.lanewise(LSHR, UP3 + 24) : b3.and(MASK << UP3 + 24)).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, y + 15 * STEP, ORDER), t);
            s = t.fma(scale.rearrange(SLOTS3), s);
            // the other line's turn
            s0 = s1;
            s1 = s;
        }
        ALL.set(JAVA_FLOAT_UNALIGNED, out, ALL.get(JAVA_FLOAT_UNALIGNED, out) + s0.reduceLanes(ADD));
        ALL.set(JAVA_FLOAT_UNALIGNED, out + 4, ALL.get(JAVA_FLOAT_UNALIGNED, out + 4) + s1.reduceLanes(ADD));
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        BlockScales.factors(FORMAT, blocks, count, scratch);
        long numbers = scratch + (long) BlockScales.FACTORS * count;
        for (int round = 0; round < ROUNDS; round++) numbers(round, blocks, count, numbers);
        elements(blocks, count, scratch, numbers, to);
    }

    /// Writes the numbers of a round as bytes, quarter by quarter.
    private static void numbers(int round, long blocks, int count, long to) {
        long low = Ram.bounded(blocks + LOW_AT + WORDS * round);
        long high0 = Ram.bounded(blocks + HIGH_AT[4 * round]), high2 = Ram.bounded(blocks + HIGH_AT[4 * round + 2]);
        int turn = TURNED[round];
        IntVector turns0 = TURNS0.sub(turn), turns1 = TURNS1.sub(turn);
        IntVector turns2 = TURNS2.sub(turn), turns3 = TURNS3.sub(turn);
        to = Ram.bounded(to + 4 * STEP * round);
        for (int i = 0; i < count; i++) {
            long n = Ram.index(i), at = BYTES * n, y = to + ELEMENTS * n;
            IntVector b0 = IntVector.fromMemorySegment(I, ALL, low + at, ORDER), b2 = b0.lanewise(LSHR, 2 * BITS);
            if (PARTS == 2) b2 = IntVector.fromMemorySegment(I, ALL, low + at + STEP, ORDER);
            IntVector b1 = b0.lanewise(LSHR, BITS), b3 = b2.lanewise(LSHR, BITS);
            if (TWO) {
                var h = (IntVector) ByteVector.fromMemorySegment(RUN, ALL, high0 + at, ORDER)
                    .reinterpretShape(I, 0);
                var g = (IntVector) ByteVector.fromMemorySegment(RUN, ALL, high2 + at, ORDER)
                    .reinterpretShape(I, 0);
                if (LANES > 8) h = h.rearrange(TWICE);
                if (LANES > 8) g = g.rearrange(TWICE);
                b0 = b0.lanewise(BITWISE_BLEND, h.lanewise(ROL, turns0), ABOVE);
                b1 = b1.lanewise(BITWISE_BLEND, h.lanewise(ROL, turns1), ABOVE);
                b2 = b2.lanewise(BITWISE_BLEND, g.lanewise(ROL, turns2), ABOVE);
                b3 = b3.lanewise(BITWISE_BLEND, g.lanewise(ROL, turns3), ABOVE);
            }
            b0.and(BELOW | ABOVE).intoMemorySegment(ALL, y, ORDER);
            b1.and(BELOW | ABOVE).intoMemorySegment(ALL, y + STEP, ORDER);
            b2.and(BELOW | ABOVE).intoMemorySegment(ALL, y + 2 * STEP, ORDER);
            b3.and(BELOW | ABOVE).intoMemorySegment(ALL, y + 3 * STEP, ORDER);
        }
    }

    private static void elements(long blocks, int count, long factors, long numbers, long to) {
        blocks = Ram.bounded(blocks);
        factors = Ram.bounded(factors);
        numbers = Ram.bounded(numbers);
        to = Ram.bounded(to);
        for (int i = 0; i < 4 * ROUNDS * count; i++) {
            long n = Ram.index(i), block = n / (4 * ROUNDS), e = QUARTERS[i & 4 * ROUNDS - 1] & ELEMENTS - 1;
            long q = numbers + STEP * n, y = to + 4 * ELEMENTS * block + 4 * e;
            long f = factors + BlockScales.FACTORS * block + e / GROUP;
            float d = half(blocks + BYTES * block + SCALE);
            float m = MINIMA ? -half(blocks + BYTES * block + MINIMUM) : -OFFSET * d;
            for (int piece = 0; piece < LANES / 4; piece++) {
                int at = piece * 16 + (piece > 1 ? JUMP : 0);
                byte scale = ALL.get(JAVA_BYTE, f + at / GROUP);
                byte least = MINIMA ? ALL.get(JAVA_BYTE, f + at / GROUP + BlockScales.GROUPS) : scale;
                for (int l = 0; l < 16; l += LANES)
                    Widen.floats(Widen.unsigned(q + 16 * piece + l))
                        .fma(FloatVector.broadcast(F, d * scale), FloatVector.broadcast(F, m * least))
                        .intoMemorySegment(ALL, y + 4 * at + 4 * l, ORDER);
            }
        }
    }
}
