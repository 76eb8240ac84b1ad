package dev.lazuli.graph;

import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Random bits: the words that Threefry-2x32 with 20 rounds makes of a key, the last axis of the input.
///
/// Of n words for a key, word i and word i + ⌈n/2⌉ are the hash of those two numbers; where n is odd, the word in the
/// middle is the first half of the hash of its number and 0. Elements narrower than a word share it, low bits first.
///
/// @param shape what is made of one key
public record Bits(Shape shape) implements Structure {
    /// What makes the third word of a key from the others.
    public static final int PARITY = 0x1BD11BDA;

    /// @param op who asks, for messages
    /// @param dtype `uint8`, `uint16` or `uint32`
    public static Node of(String op, Node key, Dtype dtype, Shape shape) {
        if (key.dtype() != Dtype.UINT32 || !key.shape().equals(Shape.of(2)))
            throw new IllegalArgumentException(op + ": expected a key of shape (2,) and type uint32, got "
                + key.shape() + " " + key.dtype());
        if (!dtype.isUnsigned() || dtype.bytes() > 4)
            throw new IllegalArgumentException(op + ": expected uint8, uint16 or uint32, got " + dtype);
        return Node.of(new Bits(shape), List.of(key), shape, dtype);
    }

    /// The hash of two words under a key, the first of its words in the upper half.
    public static long hash(int key0, int key1, int x, int y) {
        int key2 = key0 ^ key1 ^ PARITY;
        x += key0;
        y += key1;
        for (int group = 0; group < 5; group++) {
            boolean even = (group & 1) == 0;
            x += y;
            y = Integer.rotateLeft(y, even ? 13 : 17) ^ x;
            x += y;
            y = Integer.rotateLeft(y, even ? 15 : 29) ^ x;
            x += y;
            y = Integer.rotateLeft(y, even ? 26 : 16) ^ x;
            x += y;
            y = Integer.rotateLeft(y, even ? 6 : 24) ^ x;
            int used = key0;
            key0 = key1;
            key1 = key2;
            key2 = used;
            x += key0;
            y += key1 + group + 1;
        }
        return (long) x << 32 | y & 0xFFFF_FFFFL;
    }

    @Override public String label() { return "bits"; }

    @Override public Object plan() { return Bits.class; }

    @Override public List<@Nullable Node> vjp(List<Node> in, Node out, Node ct) { return Arrays.asList((Node) null); }

    @Override public @Nullable Node jvp(List<Node> in, Node out, List<@Nullable Node> tangents) { return null; }
}
