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

/// The formats whose blocks have 256 elements; see [Specialised].
///
/// A lane is a word of four bytes, which belong to one group, so that the scales of as many groups as a vector meets
/// are a vector as well. A round takes four quarters: the same part of each byte of a vector of words. Each byte of a
/// quarter takes a mask, a conversion and a multiply-add, at its place in the word, by which the vector x is divided;
/// then the quarter takes its scales. With vectors of 512 bits a round is a block.
final class SuperBlocks implements BlockKernel {
    private static final BlockFormat FORMAT = Specialised.format(MethodHandles.lookup(), BlockFormat.class);
    private static final BlockFormat.Field LOW = FORMAT.low();
    private static final boolean TWO_FIELDS = FORMAT.high() != null;
    private static final BlockFormat.Field HIGH = TWO_FIELDS ? FORMAT.high() : LOW;
    private static final int ELEMENTS = FORMAT.elements();
    private static final int BYTES = FORMAT.bytes();
    private static final int GROUP = FORMAT.group();

    private static final VectorSpecies<Float> F = Species.FLOAT;
    private static final VectorSpecies<Integer> I = Species.INT;
    /// The words of a run of 32 bytes, which is that of every high field.
    private static final VectorSpecies<Integer> RUN = Species.INT.length() > 8 ? IntVector.SPECIES_256 : I;
    private static final int LANES = F.length();
    private static final int STEP = 4 * LANES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private static final int BITS = LOW.bits();
    /// Parts of a byte, vectors of words of a round, and rounds of a block.
    private static final int PARTS = 8 / BITS;
    private static final int VECTORS = 4 / PARTS;
    private static final int ROUNDS = 16 / LANES;

    /// What belongs to the low and to the high field in the bytes of a quarter, once they are shifted together.
    private static final int BELOW = ((1 << BITS) - 1) * 0x01010101;
    private static final int ABOVE = TWO_FIELDS ? ((1 << HIGH.bits()) - 1 << BITS) * 0x01010101 : 0;

    /// The bits of a number, and how far up they are in the bytes of each quarter.
    private static final int MASK = (BELOW | ABOVE) & 0xFF;
    private static final int UP1 = up(1), UP2 = up(2), UP3 = up(3);

    /// The groups of each round, in ascending order, and where in a vector those of the first are that have minima.
    private static final int SLOTS_OF_ROUND = ELEMENTS / GROUP / ROUNDS;
    private static final int[] SLOTS = IntStream.range(0, ROUNDS).flatMap(r -> IntStream.range(0, 4 * LANES)
        .map(i -> group(r, i / LANES, i % LANES)).sorted().distinct()).toArray();

    /// The group of each lane, among those of a round.
    private static final VectorShuffle<Float> GROUPS0 = groups(0), GROUPS1 = groups(1);
    private static final VectorShuffle<Float> GROUPS2 = groups(2), GROUPS3 = groups(3);

    /// Where 16 bytes with the scales of the groups lie. Two formats pack each in six bits: some low bits of one byte
    /// and two of another; the words that have them, how far these are shifted, and what is left of them.
    private static final int FACTORS = switch (FORMAT) {
        case Q3_K -> 92;
        case Q6_K -> 192;
        default -> 0;
    };
    private static final boolean PAIRS = FORMAT == BlockFormat.Q2_K;
    private static final boolean THREE = FORMAT == BlockFormat.Q3_K;
    private static final boolean SIX = !PAIRS && FORMAT != BlockFormat.Q6_K;
    private static final VectorSpecies<Integer> FOUR = IntVector.SPECIES_128;
    private static final VectorShuffle<Integer> SIX_LOW = VectorShuffle.fromValues(FOUR,
        THREE ? new int[] {1, 2, 1, 2} : new int[] {1, 3, 2, 3});
    private static final IntVector SIX_DOWN = THREE ? words(0, 0, 4, 4) : words(0, 0, 0, 4);
    private static final IntVector SIX_BELOW = THREE ? bytes(15, 15, 15, 15) : bytes(63, 15, 63, 15);
    private static final VectorShuffle<Integer> SIX_TOP = VectorShuffle.fromValues(FOUR,
        THREE ? new int[] {3, 3, 3, 3} : new int[] {1, 1, 2, 2});
    private static final IntVector SIX_TURN = THREE ? words(4, 2, 0, 30) : words(30, 30, 30, 30);
    private static final IntVector SIX_ABOVE = THREE ? bytes(48, 48, 48, 48) : bytes(0, 48, 0, 48);
    private static final int SCALE = FORMAT.scale(), LEAST = FORMAT.minimum();
    private static final boolean MINIMUM = FORMAT.hasMinimum();

    /// The lane of a round's first scale, and where the scales and minima of each round are among the 16 bytes.
    private static final int FIRST = LANES == 16 && GROUP == 32 ? 8 : 0;
    private static final VectorShuffle<Byte> SCALES = VectorShuffle.fromOp(ByteVector.SPECIES_128, i -> slot(i, 0));
    private static final VectorShuffle<Byte> MINIMA =
        VectorShuffle.fromOp(ByteVector.SPECIES_128, i -> slot(i, GROUP == 32 ? 8 : 0));

    private static int slot(int i, int from) {
        return i % LANES < SLOTS_OF_ROUND ? from + SLOTS[i / LANES * SLOTS_OF_ROUND + i % LANES] : 0;
    }

    private static IntVector words(int... words) { return IntVector.fromArray(FOUR, words, 0); }

    private static IntVector bytes(int... bytes) { return words(bytes).mul(0x01010101); }

    private static VectorShuffle<Float> groups(int quarter) {
        return VectorShuffle.fromOp(F, l -> Arrays.binarySearch(SLOTS, 0, SLOTS_OF_ROUND, group(0, quarter, l)));
    }

    /// How a vector's words find those of the high field, and how far these are turned to lie above the low bits.
    private static final VectorShuffle<Integer> TWICE = VectorShuffle.fromOp(I, l -> l % RUN.length());
    private static final IntVector TURN0 = turn(0), TURN1 = turn(1), TURN2 = turn(2), TURN3 = turn(3);

    /// The element of each number of a prepared block, and of each 16 of an unpacked one.
    private static final int JUMP = LANES > 8 ? element(0, 0, 8) - 32 : 0;
    private static final int[] PREPARED = new int[ELEMENTS], QUARTERS = new int[4 * ROUNDS];

    static {
        for (int i = 0; i < ELEMENTS; i++)
            PREPARED[i] = element(i / (16 * LANES), i / (4 * LANES) % 4, i % LANES) + i / LANES % 4;
        for (int i = 0; i < 4 * ROUNDS; i++) QUARTERS[i] = element(i / 4, i % 4, 0);
    }

    SuperBlocks() {}

    /// The first element of a lane.
    private static int element(int round, int quarter, int lane) {
        return LOW.element(4 * ((round * VECTORS + quarter / PARTS) * LANES + lane), quarter % PARTS);
    }

    private static int group(int round, int quarter, int lane) { return element(round, quarter, lane) / GROUP; }

    private static int up(int quarter) { return TWO_FIELDS ? 0 : quarter % PARTS * BITS; }

    private static IntVector turn(int quarter) {
        var turns = new int[LANES];
        for (int l = 0; l < LANES; l++) turns[l] = BITS - HIGH.shift(element(0, quarter, l));
        return IntVector.fromArray(I, turns, 0);
    }

    @Override public long preparedBytes(int depth) { return 4L * depth + 64L * (depth / ELEMENTS); }

    @Override public void prepare(long x, int depth, long to) {
        var factors = new float[ELEMENTS / LANES];
        for (int i = 0; i < factors.length; i++) {
            // What has its highest bit in that of the word is shifted down.
            int quarter = i / 4 % 4, up = up(quarter) + i % 4 * 8;
            factors[i] = up + BITS == 32 ? 1 : 1f / (1 << up);
        }
        for (int k = 0; k < depth; k += ELEMENTS)
            for (int i = 0; i < ELEMENTS; i++)
                ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * (k + i),
                    factors[i / LANES] * ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * (k + PREPARED[i])));
        long sums = to + 4L * depth;
        for (int i = 0; i < depth / ELEMENTS * 16; i++) {
            float sum = 0;
            int slot = i % LANES - FIRST;
            if (slot >= 0 && slot < SLOTS_OF_ROUND) {
                int group = SLOTS[i / LANES % ROUNDS * SLOTS_OF_ROUND + slot];
                for (int k = 0; k < GROUP; k++)
                    sum += ALL.get(JAVA_FLOAT_UNALIGNED, x + 4L * (i / 16 * ELEMENTS + group * GROUP + k));
            }
            ALL.set(JAVA_FLOAT_UNALIGNED, sums + 4L * i, MINIMUM ? -sum : -FORMAT.offset() * sum);
        }
    }

    @Override public long scratchBytes(int count) { return BlockScales.FACTORS * count + (long) ELEMENTS * count; }

    @Override public float dot(long blocks, int count, long x, long scratch) {
        float sum = 0;
        for (int round = 0; round < ROUNDS; round++) sum += products(round, blocks, count, x, scratch);
        return sum;
    }

    private static float products(int round, long blocks, int count, long x, long scratch) {
        long low = Ram.bounded(blocks + LOW.at() + VECTORS * STEP * round);
        long high0 = Ram.bounded(blocks + HIGH.at(element(round, 0, 0)));
        long high2 = Ram.bounded(blocks + HIGH.at(element(round, 2, 0)));
        int turn = HIGH.shift(element(round, 0, 0));
        IntVector turn0 = TURN0.sub(turn), turn1 = TURN1.sub(turn), turn2 = TURN2.sub(turn), turn3 = TURN3.sub(turn);
        long factors = Ram.bounded(scratch + LANES * round), minima = Ram.bounded(scratch + 16 + LANES * round);
        long sums = Ram.bounded(x + 4L * ELEMENTS * count + STEP * round);
        scratch = Ram.bounded(scratch);
        x = Ram.bounded(x + 16L * STEP * round);
        blocks = Ram.bounded(blocks);
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        for (int i = 0; i < count; i++) {
            long n = Ram.index(i), block = BYTES * n, y = x + 4 * ELEMENTS * n;
            var v = IntVector.fromMemorySegment(FOUR, ALL, blocks + block + FACTORS, ORDER);
            if (SIX) v = v.rearrange(SIX_LOW).lanewise(LSHR, SIX_DOWN).and(SIX_BELOW)
                .or(v.rearrange(SIX_TOP).lanewise(ROL, SIX_TURN).and(SIX_ABOVE));
            var w = v;
            if (PAIRS) w = v.lanewise(LSHR, 4).and(0x0F0F0F0F);
            if (PAIRS) v = v.and(0x0F0F0F0F);
            if (LANES < 16) v = v.reinterpretAsBytes().rearrange(SCALES).reinterpretAsInts();
            if (LANES < 16) w = w.reinterpretAsBytes().rearrange(MINIMA).reinterpretAsInts();
            v.intoMemorySegment(ALL, scratch, ORDER);
            if (PAIRS || LANES < 16) w.intoMemorySegment(ALL, scratch + 16, ORDER);
            var f = Widen.signed(factors);
            if (THREE) f = f.sub(32);
            var scale = Widen.floats(f).mul(half(blocks + block + SCALE));
            var least = scale;
            if (MINIMUM)
                least = Widen.floats(LANES < 16 || PAIRS ? Widen.signed(minima) : f).mul(half(blocks + block + LEAST));
            s0 = least.fma(FloatVector.fromMemorySegment(F, ALL, sums + 64 * n, ORDER), s0);
            IntVector b0 = IntVector.fromMemorySegment(I, ALL, low + block, ORDER), b1 = b0, b2 = b0, b3 = b0;
            if (PARTS == 2) b2 = b3 = IntVector.fromMemorySegment(I, ALL, low + block + STEP, ORDER);
            if (TWO_FIELDS) {
                var h0 = (IntVector) IntVector.fromMemorySegment(RUN, ALL, high0 + block, ORDER).reinterpretShape(I, 0);
                if (RUN != I) h0 = h0.rearrange(TWICE);
                var h2 = h0;
                if (PARTS == 2) {
                    h2 = (IntVector) IntVector.fromMemorySegment(RUN, ALL, high2 + block, ORDER).reinterpretShape(I, 0);
                    if (RUN != I) h2 = h2.rearrange(TWICE);
                    b2 = b2.lanewise(BITWISE_BLEND, h2.lanewise(ROL, turn2), ABOVE);
                    b3 = b3.lanewise(LSHR, BITS).lanewise(BITWISE_BLEND, h2.lanewise(ROL, turn3), ABOVE);
                } else {
                    b2 = b2.lanewise(LSHR, 2 * BITS).lanewise(BITWISE_BLEND, h2.lanewise(ROL, turn2), ABOVE);
                    b3 = b3.lanewise(LSHR, 3 * BITS).lanewise(BITWISE_BLEND, h2.lanewise(ROL, turn3), ABOVE);
                }
                b0 = b0.lanewise(BITWISE_BLEND, h0.lanewise(ROL, turn0), ABOVE);
                b1 = b1.lanewise(LSHR, BITS).lanewise(BITWISE_BLEND, h0.lanewise(ROL, turn1), ABOVE);
            }
            var t = b0.and(MASK).convertShape(I2F, F, 0).reinterpretAsFloats()
                .mul(FloatVector.fromMemorySegment(F, ALL, y, ORDER));
            t = b0.and(MASK << 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + STEP, ORDER), t);
            t = b0.and(MASK << 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 2 * STEP, ORDER), t);
            t = b0.and(MASK << 24).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 3 * STEP, ORDER), t);
            s0 = t.fma(scale.rearrange(GROUPS0), s0);
            t = b1.and(MASK << UP1).convertShape(I2F, F, 0).reinterpretAsFloats()
                .mul(FloatVector.fromMemorySegment(F, ALL, y + 4 * STEP, ORDER));
            t = b1.and(MASK << UP1 + 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 5 * STEP, ORDER), t);
            t = b1.and(MASK << UP1 + 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 6 * STEP, ORDER), t);
            t = (UP1 + BITS == 8 ? b1.lanewise(LSHR, UP1 + 24) : b1.and(MASK << UP1 + 24)).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, y + 7 * STEP, ORDER), t);
            s1 = t.fma(scale.rearrange(GROUPS1), s1);
            t = b2.and(MASK << UP2).convertShape(I2F, F, 0).reinterpretAsFloats()
                .mul(FloatVector.fromMemorySegment(F, ALL, y + 8 * STEP, ORDER));
            t = b2.and(MASK << UP2 + 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 9 * STEP, ORDER), t);
            t = b2.and(MASK << UP2 + 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 10 * STEP, ORDER), t);
            t = b2.and(MASK << UP2 + 24).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 11 * STEP, ORDER), t);
            s2 = t.fma(scale.rearrange(GROUPS2), s2);
            t = b3.and(MASK << UP3).convertShape(I2F, F, 0).reinterpretAsFloats()
                .mul(FloatVector.fromMemorySegment(F, ALL, y + 12 * STEP, ORDER));
            t = b3.and(MASK << UP3 + 8).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 13 * STEP, ORDER), t);
            t = b3.and(MASK << UP3 + 16).convertShape(I2F, F, 0).reinterpretAsFloats()
                .fma(FloatVector.fromMemorySegment(F, ALL, y + 14 * STEP, ORDER), t);
            t = (UP3 + BITS == 8 ? b3.lanewise(LSHR, UP3 + 24) : b3.and(MASK << UP3 + 24)).convertShape(I2F, F, 0)
                .reinterpretAsFloats().fma(FloatVector.fromMemorySegment(F, ALL, y + 15 * STEP, ORDER), t);
            s3 = t.fma(scale.rearrange(GROUPS3), s3);
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(ADD);
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        BlockScales.factors(FORMAT, blocks, count, scratch);
        long numbers = scratch + BlockScales.FACTORS * count;
        for (int round = 0; round < ROUNDS; round++) numbers(round, blocks, count, numbers);
        elements(blocks, numbers, count, scratch, to);
    }

    /// Writes the numbers of a round as bytes, in the order of the quarters.
    private static void numbers(int round, long blocks, int count, long to) {
        long low = Ram.bounded(blocks + LOW.at() + VECTORS * STEP * round);
        long high0 = Ram.bounded(blocks + HIGH.at(element(round, 0, 0)));
        long high2 = Ram.bounded(blocks + HIGH.at(element(round, 2, 0)));
        int turn = HIGH.shift(element(round, 0, 0));
        IntVector turn0 = TURN0.sub(turn), turn1 = TURN1.sub(turn), turn2 = TURN2.sub(turn), turn3 = TURN3.sub(turn);
        to = Ram.bounded(to + 4 * STEP * round);
        for (int i = 0; i < count; i++) {
            long n = Ram.index(i), block = BYTES * n, y = to + ELEMENTS * n;
            IntVector b0 = IntVector.fromMemorySegment(I, ALL, low + block, ORDER), b2 = b0.lanewise(LSHR, 2 * BITS);
            if (PARTS == 2) b2 = IntVector.fromMemorySegment(I, ALL, low + block + STEP, ORDER);
            IntVector b1 = b0.lanewise(LSHR, BITS).and(BELOW), b3 = b2.lanewise(LSHR, BITS).and(BELOW);
            b0 = b0.and(BELOW);
            b2 = b2.and(BELOW);
            if (TWO_FIELDS) {
                var h0 = (IntVector) IntVector.fromMemorySegment(RUN, ALL, high0 + block, ORDER).reinterpretShape(I, 0);
                var h2 = (IntVector) IntVector.fromMemorySegment(RUN, ALL, high2 + block, ORDER).reinterpretShape(I, 0);
                if (RUN != I) h0 = h0.rearrange(TWICE);
                if (RUN != I) h2 = h2.rearrange(TWICE);
                b0 = b0.or(h0.lanewise(ROL, turn0).and(ABOVE));
                b1 = b1.or(h0.lanewise(ROL, turn1).and(ABOVE));
                b2 = b2.or(h2.lanewise(ROL, turn2).and(ABOVE));
                b3 = b3.or(h2.lanewise(ROL, turn3).and(ABOVE));
            }
            b0.intoMemorySegment(ALL, y, ORDER);
            b1.intoMemorySegment(ALL, y + STEP, ORDER);
            b2.intoMemorySegment(ALL, y + 2 * STEP, ORDER);
            b3.intoMemorySegment(ALL, y + 3 * STEP, ORDER);
        }
    }

    /// Writes the elements of each quarter, whose pieces of 16 lie equally far from each other in all of them.
    private static void elements(long blocks, long numbers, int count, long factors, long to) {
        numbers = Ram.bounded(numbers);
        factors = Ram.bounded(factors);
        blocks = Ram.bounded(blocks);
        to = Ram.bounded(to);
        for (int i = 0; i < 4 * ROUNDS * count; i++) {
            long n = Ram.index(i), block = n / (4 * ROUNDS), e = QUARTERS[i & 4 * ROUNDS - 1] & 0xFF;
            long q = numbers + STEP * n, y = to + 4 * ELEMENTS * block + 4 * e;
            long s = factors + BlockScales.FACTORS * block + e / GROUP;
            float d = half(blocks + BYTES * block + SCALE);
            float m = MINIMUM ? -half(blocks + BYTES * block + LEAST) : -FORMAT.offset() * d;
            for (int piece = 0; piece < LANES / 4; piece++) {
                int at = piece * 16 + (piece > 1 ? JUMP : 0);
                byte q0 = ALL.get(JAVA_BYTE, s + at / GROUP);
                var scale = FloatVector.broadcast(F, d * q0);
                var least = FloatVector.broadcast(F,
                    m * (MINIMUM ? ALL.get(JAVA_BYTE, s + at / GROUP + BlockScales.GROUPS) : q0));
                for (int l = 0; l < 16; l += LANES)
                    Widen.floats(Widen.unsigned(q + piece * 16 + l)).fma(scale, least)
                        .intoMemorySegment(ALL, y + 4 * at + 4 * l, ORDER);
            }
        }
    }
}
