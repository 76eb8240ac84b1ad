package dev.lazuli.type;

/// How GGUF packs quantised rows: blocks of elements that share a scale. Numbers are little-endian.
public enum BlockFormat {
    /// A half scale, then 32 signed bytes.
    Q8_0(32, 34),
    /// A half scale, then 32 nibbles, 8 too large: first those in the low halves of 16 bytes, then those in the high.
    Q4_0(32, 18),
    /// A half scale and a half minimum, then nibbles as in `Q4_0`.
    Q4_1(32, 20);

    private final int elements;
    private final int bytes;

    BlockFormat(int elements, int bytes) {
        this.elements = elements;
        this.bytes = bytes;
    }

    /// Elements of a block.
    public int elements() { return elements; }

    /// Bytes of a block.
    public int bytes() { return bytes; }
}
