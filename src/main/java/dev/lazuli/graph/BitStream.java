package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;

/// Numbers of a few bits one after the other in `uint32` words, from the lowest bit up; they may straddle words.
///
/// @param bits of a number
/// @param numbers that fill so many whole words
/// @param words that hold so many whole numbers
record BitStream(int bits, int numbers, int words) {
    static BitStream of(int bits) {
        int shared = Math.min(32, Integer.lowestOneBit(bits));
        return new BitStream(bits, 32 / shared, bits / shared);
    }

    /// Words (…, K · bits / 32) of numbers (…, K) of type `uint32`.
    Node pack(Node q) {
        var lead = lead(q);
        int runs = q.dim(-1) / numbers;
        var run = q.reshape(lead.concat(Shape.of(runs, 1, numbers)));
        var parts = Scalar.SHIFT_LEFT.of(run, places(false));
        if (words > 1) parts = Scalar.OR.of(parts, Scalar.SHIFT_RIGHT.of(run, places(true)));
        return parts.sum(false, -1).reshape(lead.concat(Shape.of(runs * words)));
    }

    /// Numbers (…, K) of words (…, K · bits / 32).
    Node unpack(Node packed) {
        var lead = lead(packed);
        int runs = packed.dim(-1) / words;
        var run = packed.reshape(lead.concat(Shape.of(runs, words, 1)));
        var parts = Scalar.SHIFT_RIGHT.of(run, places(false));
        if (words > 1) parts = Scalar.OR.of(parts, Scalar.SHIFT_LEFT.of(run, places(true)));
        parts = Scalar.AND.of(parts, parts.like((1 << bits) - 1));
        return (words > 1 ? parts.sum(false, -2) : parts).reshape(lead.concat(Shape.of(runs * numbers)));
    }

    // Where number j begins, counted from word w; a negative place is a huge unsigned one, and shifts everything out.
    private Node places(boolean negative) {
        var number = Iota.of(numbers);
        var word = Iota.of(words).expand(-1);
        var place = number.mul(number.like(bits)).sub(word.mul(word.like(32)));
        return (negative ? place.neg() : place).to(Dtype.UINT32);
    }

    private static Shape lead(Node x) { return x.shape().range(0, x.rank() - 1); }
}
