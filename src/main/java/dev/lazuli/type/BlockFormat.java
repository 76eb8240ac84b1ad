package dev.lazuli.type;

import org.jspecify.annotations.Nullable;

/// How GGUF packs quantised rows: blocks of elements that share scales. Numbers are little-endian, scales are halves.
///
/// An element is `scale · (q - offset)` or, in formats with minima, `scale · q - minimum`. Its q lies in one field or,
/// if the number of bits is odd or 6, in two. The K formats have a scale for each `group` elements: a few bits, times
/// the block's half.
public enum BlockFormat {
    /// Scale, nibbles.
    Q4_0(18, 32, 32, 8, 0, -1, new Field(2, 16, 16, 4), null),
    /// Scale, minimum (which is added), nibbles.
    Q4_1(20, 32, 32, 0, 0, 2, new Field(4, 16, 16, 4), null),
    /// Scale, fifth bits, nibbles.
    Q5_0(22, 32, 32, 16, 0, -1, new Field(6, 16, 16, 4), new Field(2, 4, 1, 1)),
    /// Scale, minimum (which is added), fifth bits, nibbles.
    Q5_1(24, 32, 32, 0, 0, 2, new Field(8, 16, 16, 4), new Field(4, 4, 1, 1)),
    /// Scale, signed bytes.
    Q8_0(34, 32, 32, 0, 0, -1, new Field(2, 32, 32, 8), null),
    /// Bytes with a scale in the low nibble and a minimum in the high, pairs of bits, halves for scales and minima.
    Q2_K(84, 256, 16, 0, 80, 82, new Field(16, 64, 32, 2), null),
    /// Third bits, pairs of bits, scales of 6 bits (32 too large), their half.
    Q3_K(110, 256, 16, 4, 108, -1, new Field(32, 64, 32, 2), new Field(0, 32, 32, 1)),
    /// Halves for scales and minima, scales and minima of 6 bits, nibbles.
    Q4_K(144, 256, 32, 0, 0, 2, new Field(16, 128, 32, 4), null),
    /// As `Q4_K`, with fifth bits before the nibbles.
    Q5_K(176, 256, 32, 0, 0, 2, new Field(48, 128, 32, 4), new Field(16, 32, 32, 1)),
    /// Nibbles, pairs of higher bits, scales that are signed bytes, their half.
    Q6_K(210, 256, 16, 32, 208, -1, new Field(0, 128, 64, 4), new Field(128, 64, 32, 2));

    /// Small numbers in some bytes of a block: the lowest bits of `run` bytes are the first elements, the next bits of
    /// the same bytes the following ones; then come the next `run` bytes.
    ///
    /// @param at the first byte
    /// @param bytes how many there are
    /// @param run bytes whose lowest bits follow each other
    /// @param bits 1, 2, 4 or 8; those of 8 bits are signed
    public record Field(int at, int bytes, int run, int bits) {
        /// How far the bits of an element lie above the lowest of their byte.
        public int shift(int element) { return element / run * bits % 8; }

        /// The byte of the block that has an element's bits.
        public int at(int element) { return at + element * bits / 8 / run * run + element % run; }

        /// The element whose bits are the `part`th of a byte of the field, counted from the lowest.
        public int element(int index, int part) { return (index / run * (8 / bits) + part) * run + index % run; }
    }

    private final int bytes;
    private final int elements;
    private final int group;
    private final int offset;
    private final int scale;
    private final int minimum;
    private final Field low;
    private final @Nullable Field high;

    BlockFormat(int bytes, int elements, int group, int offset, int scale, int minimum, Field low,
                @Nullable Field high) {
        this.bytes = bytes;
        this.elements = elements;
        this.group = group;
        this.offset = offset;
        this.scale = scale;
        this.minimum = minimum;
        this.low = low;
        this.high = high;
    }

    /// Elements of a block.
    public int elements() { return elements; }

    /// Bytes of a block.
    public int bytes() { return bytes; }

    /// Elements that share a scale.
    public int group() { return group; }

    /// What is taken from q before it is scaled.
    public int offset() { return offset; }

    /// The byte at which the half of the scales lies.
    public int scale() { return scale; }

    /// The byte at which the half of the minima lies; -1 if there are none.
    public int minimum() { return minimum; }

    /// Whether elements have a minimum.
    public boolean hasMinimum() { return minimum >= 0; }

    /// The low bits of q.
    public Field low() { return low; }

    /// The bits of q above those; null if there are none.
    public @Nullable Field high() { return high; }
}
