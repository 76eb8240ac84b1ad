package dev.lazuli.graph;

import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Shape;
import java.util.List;

/// What GGUF's blocks mean, in the language of the graph.
final class Blocks {
    private final BlockFormat format;
    private final Node blocks;

    /// @param blocks (…, bytes of a block)
    private Blocks(BlockFormat format, Node blocks) {
        this.format = format;
        this.blocks = blocks;
    }

    /// The numbers of rows of blocks: (…, count · bytes) becomes (…, count · elements), `float32`.
    static Node decode(BlockFormat format, Node w) {
        var lead = w.shape().range(0, w.rank() - 1);
        int count = w.dim(-1) / format.bytes(), groups = format.elements() / format.group();
        var blocks = new Blocks(format, w.reshape(lead.concat(Shape.of(count, format.bytes()))));
        var q = blocks.numbers().reshape(lead.concat(Shape.of(count, groups, format.group())));
        return blocks.scale(q).reshape(lead.concat(Shape.of(count * format.elements())));
    }

    private Node numbers() {
        var low = format.low();
        var q = field(low.at(), low.bytes(), low.run(), low.bits());
        var high = format.high();
        if (high != null) q = above(low.bits(), field(high.at(), high.bytes(), high.run(), high.bits()), q);
        return less(q, format.offset());
    }

    private Node scale(Node q) {
        var scale = half(format.scale());
        return switch (format) {
            case Q4_0, Q5_0, Q8_0 -> q.mul(scale.expand(-1));
            case Q4_1, Q5_1 -> q.mul(scale.expand(-1)).add(half(format.minimum()).expand(-1));
            case Q2_K -> {
                var both = field(0, 16, 16, 4);
                yield scale(q, scale.mul(both.slice(-1, 0, 16)), both.slice(-1, 16, 32));
            }
            case Q3_K -> q.mul(scale.mul(less(above(4, field(104, 4, 4, 2), field(96, 8, 8, 4)), 32)).expand(-1));
            case Q4_K, Q5_K -> {
                // Of 12 bytes, 8 hold six bits and two that belong on top of the nibbles of the last four.
                var six = less(Scalar.AND.of(bytes(4, 12), bytes(4, 12).like(63)), 0);
                var more = above(4, field(4, 8, 8, 2).slice(-1, 24, 32), field(12, 4, 4, 4));
                yield scale(q, scale.mul(joined(six, more, 0)), joined(six, more, 4));
            }
            case Q6_K -> q.mul(scale.mul(Bitcast.of(bytes(192, 208), Dtype.INT8).to(Dtype.FLOAT32)).expand(-1));
        };
    }

    private Node scale(Node q, Node scales, Node minima) {
        return q.mul(scales.expand(-1)).sub(half(format.minimum()).mul(minima).expand(-1));
    }

    private static Node joined(Node a, Node b, int at) {
        return Concatenate.of(List.of(a.slice(-1, at, at + 4), b.slice(-1, at, at + 4)), -1);
    }

    private static Node less(Node q, int offset) {
        return q.to(Dtype.FLOAT32).sub(Node.constant(offset, Dtype.FLOAT32));
    }

    private static Node above(int bits, Node high, Node low) {
        return high.mul(Node.constant(1 << bits, Dtype.FLOAT32)).add(low);
    }

    private Node bytes(int from, int to) { return blocks.slice(-1, from, to); }

    private Node half(int at) { return Bitcast.of(bytes(at, at + 2), Dtype.FLOAT16).to(Dtype.FLOAT32); }

    /// The numbers of a field, in order; see [BlockFormat.Field].
    private Node field(int at, int bytes, int run, int bits) {
        if (bits == 8) return Bitcast.of(bytes(at, at + bytes), Dtype.INT8).to(Dtype.FLOAT32);
        var lead = blocks.shape().range(0, blocks.rank() - 1);
        var x = bytes(at, at + bytes).reshape(lead.concat(Shape.of(bytes / run, 1, run)));
        var shifts = Iota.of(8 / bits).mul(Node.constant(bits, Dtype.INT32)).to(Dtype.UINT8).expand(-1);
        var parts = Scalar.SHIFT_RIGHT.of(x, shifts);
        var q = Scalar.AND.of(parts, parts.like((1 << bits) - 1)).to(Dtype.FLOAT32);
        return q.reshape(lead.concat(Shape.of(bytes * 8 / bits)));
    }
}
