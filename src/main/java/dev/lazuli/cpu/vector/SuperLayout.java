package dev.lazuli.cpu.vector;

import dev.lazuli.type.BlockFormat;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

import java.util.Arrays;
import java.util.stream.IntStream;

import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// How vectors meet a block of 256: a lane is a word, whose four bytes belong to one group.
///
/// A round takes four quarters, a quarter the same bits of each byte of a vector of words: four parts of one vector if
/// bytes are pairs of bits, two parts of two vectors if they are nibbles. The groups of a round, in ascending order,
/// have the first lanes of a vector as slots. With vectors of 512 bits a round is a block.
final class SuperLayout {
    static final int LANES = Species.FLOAT.length();
    static final int ROUNDS = 16 / LANES;

    /// Bytes of the sums of a prepared block.
    static final int SUMS = 64;

    private final BlockFormat format;
    /// The first element of each lane, and the group of each slot; -1 if there is none.
    private final int[] elements = new int[64];
    private final int[] groups = new int[16];

    SuperLayout(BlockFormat format) {
        this.format = format;
        for (int i = 0; i < elements.length; i++) {
            int quarter = i / LANES, vector = quarter / 4 * vectors() + quarter % 4 / parts();
            elements[i] = format.low().element(4 * (vector * LANES + i % LANES), quarter % parts());
        }
        for (int round = 0; round < ROUNDS; round++) {
            var slots = Arrays.stream(elements, 4 * LANES * round, 4 * LANES * (round + 1))
                .map(e -> e / format.group()).sorted().distinct().toArray();
            for (int i = 0; i < LANES; i++) groups[round * LANES + i] = i < slots.length ? slots[i] : -1;
        }
    }

    /// Fields of a byte.
    int parts() { return 8 / format.low().bits(); }

    /// Vectors of words of a round.
    int vectors() { return 4 / parts(); }

    /// The first element of a lane.
    int element(int round, int quarter, int lane) { return elements[(round * 4 + quarter) * LANES + lane]; }

    /// How far the numbers of a quarter lie up in their bytes. Those with high bits are shifted down to meet them.
    int up(int quarter) { return format.high() == null ? quarter % parts() * format.low().bits() : 0; }

    /// How far the high bits of each lane are turned to the left to lie above the low ones, in the first round.
    IntVector turns(int quarter) {
        var high = format.high();
        return high == null ? IntVector.zero(Species.INT) : IntVector.fromArray(Species.INT, IntStream.range(0, LANES)
            .map(l -> format.low().bits() - high.shift(element(0, quarter, l))).toArray(), 0);
    }

    /// The slot of each lane, the same in all rounds.
    VectorShuffle<Float> slots(int quarter) {
        return VectorShuffle.fromOp(Species.FLOAT, l -> {
            int group = element(0, quarter, l) / format.group(), slot = 0;
            while (groups[slot] != group) slot++;
            return slot;
        });
    }

    /// Moves what belongs to groups, from a byte on, to the slots of all rounds.
    VectorShuffle<Byte> order(int from) {
        return VectorShuffle.fromOp(ByteVector.SPECIES_128, i -> from + Math.max(0, groups[i]));
    }

    /// Whether scales and minima come in one vector, first the ones and then the others.
    boolean together() { return LANES == 16 && format.group() == 32; }

    /// Writes a vector in the order of the quarters, and then the sums that meet the subtrahends of the groups.
    void prepare(long x, int depth, long to) {
        int size = format.elements();
        for (int i = 0; i < depth / 16; i++) {
            int words = i % 16 * 4, quarter = words / LANES;
            long block = (long) i / 16 * 4 * size;
            Words.write(x + block + 4 * elements[words], up(quarter % 4), format.low().bits(), 4 * LANES,
                to + block + 16 * LANES * quarter + 4 * (words % LANES));
        }
        float factor = format.hasMinimum() ? -1 : -format.offset();
        to += 4L * depth;
        for (int i = 0; i < depth / size * 16; i++) {
            int slot = together() ? i % 16 ^ 8 : i % 16;
            ALL.set(JAVA_FLOAT_UNALIGNED, to + 4L * i, groups[slot] < 0 ? 0
                : factor * Words.sum(x + 4L * (i / 16 * size + groups[slot] * format.group()), format.group()));
        }
    }
}
