package dev.lazuli.graph;

import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import java.util.List;

/// `x · wᵀ`, where the rows of `w` are GGUF's blocks as stored. Inputs: x (…, M, K), bytes of w (…, N, rowBytes).
public record BlockMatMul(BlockFormat format) implements Composite {
    /// @param x (…, M, K) or (K)
    /// @param w (N, K / elements · bytes) as `uint8`
    public static Node of(BlockFormat format, Node x, Node w) {
        if (x.rank() == 1) return of(format, x.expand(0), w).squeeze(-2);
        check("blockMatmul", format, w);
        int columns = w.dim(-1) / format.bytes() * format.elements();
        if (x.rank() == 0 || x.dim(-1) != columns || !x.dtype().isFloat())
            throw new IllegalArgumentException("blockMatmul: expected (…, " + columns + ") of a float type, got "
                + x.shape() + " " + x.dtype());
        var lead = x.shape().range(0, x.rank() - 2);
        var rows = w.broadcast(lead.concat(w.shape()));
        return Node.of(new BlockMatMul(format), List.of(x, rows), x.shape().with(-1, w.dim(-2)), x.dtype());
    }

    /// The numbers of rows of blocks: (…, rowBytes) becomes (…, K), `float32`.
    public static Node decode(BlockFormat format, Node w) {
        check("decode", format, w);
        return Blocks.decode(format, w);
    }

    private static void check(String op, BlockFormat format, Node w) {
        if (w.dtype() != Dtype.UINT8 || w.rank() == 0 || w.dim(-1) % format.bytes() != 0)
            throw new IllegalArgumentException(op + ": expected uint8 rows of whole " + format + " blocks of "
                + format.bytes() + " bytes, got " + w.shape() + " " + w.dtype());
    }

    @Override public String label() { return "blockMatmul"; }

    @Override public Node decompose(List<Node> in) {
        return in.getFirst().matmul(decode(format, in.get(1)).to(in.getFirst().dtype()).transpose());
    }
}
