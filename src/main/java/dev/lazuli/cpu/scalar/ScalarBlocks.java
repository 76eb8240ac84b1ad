package dev.lazuli.cpu.scalar;

import dev.lazuli.cpu.BlockKernel;
import dev.lazuli.cpu.BlockScales;
import dev.lazuli.type.BlockFormat;

import java.lang.foreign.MemorySegment;

import static dev.lazuli.cpu.BlockScales.half;
import static dev.lazuli.memory.Ram.ALL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/// Any format, from its description; a block is unpacked before it is multiplied.
record ScalarBlocks(BlockFormat format) implements BlockKernel {

    @Override public long preparedBytes(int depth) { return 4L * depth; }

    @Override public void prepare(long x, int depth, long to) { MemorySegment.copy(ALL, x, ALL, to, 4L * depth); }

    @Override public long scratchBytes(int count) { return BlockScales.FACTORS + 4L * format.elements(); }

    @Override public void lines(long blocks, long step, int count, long prepared, long scratch, long sums) {
        for (int i = 0; i < LINES; i++) set(sums + 4 * i, dot(blocks + i * step, count, prepared, scratch));
    }

    private float dot(long blocks, int count, long prepared, long scratch) {
        int elements = format.elements();
        long block = scratch + BlockScales.FACTORS;
        double sum = 0;
        for (int i = 0; i < count; i++, blocks += format.bytes()) {
            unpack(blocks, 1, block, scratch);
            float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            for (long k = 0; k < 4L * elements; k += 16, prepared += 16) {
                s0 += get(block + k) * get(prepared);
                s1 += get(block + k + 4) * get(prepared + 4);
                s2 += get(block + k + 8) * get(prepared + 8);
                s3 += get(block + k + 12) * get(prepared + 12);
            }
            sum += s0 + s1 + (s2 + s3);
        }
        return (float) sum;
    }

    @Override public void unpack(long blocks, int count, long to, long scratch) {
        var low = format.low();
        var high = format.high();
        for (int i = 0; i < count; i++, blocks += format.bytes()) {
            BlockScales.factors(format, blocks, 1, scratch);
            put(low, blocks, 1, -format.offset(), to);
            if (high != null) put(high, blocks, 1 << low.bits(), 0, to);
            float scale = half(blocks + format.scale());
            float minimum = format.hasMinimum() ? half(blocks + format.minimum()) : 0;
            for (int g = 0; g < format.elements() / format.group(); g++) {
                float a = scale * ALL.get(JAVA_BYTE, scratch + g);
                float b = minimum * ALL.get(JAVA_BYTE, scratch + BlockScales.GROUPS + g);
                for (int k = 0; k < format.group(); k++, to += 4) set(to, a * get(to) - b);
            }
        }
    }

    /// Writes the numbers of a field less an offset, or adds them, `times` as large.
    private static void put(BlockFormat.Field field, long block, int times, int offset, long to) {
        int mask = (1 << field.bits()) - 1;
        for (int at = 0; at < field.bytes(); at += field.run())
            for (int shift = 0; shift < 8; shift += field.bits())
                for (int k = 0; k < field.run(); k++, to += 4) {
                    int b = ALL.get(JAVA_BYTE, block + field.at() + at + k);
                    int q = field.bits() == 8 ? b : b >> shift & mask;
                    set(to, times == 1 ? q + offset : get(to) + times * q);
                }
    }

    private static float get(long address) { return ALL.get(JAVA_FLOAT_UNALIGNED, address); }

    private static void set(long address, float value) { ALL.set(JAVA_FLOAT_UNALIGNED, address, value); }
}
